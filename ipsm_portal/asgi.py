"""The portal as an ASGI application, for servers that speak only ASGI. The pages themselves are synchronous."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ipsm_portal.settings")
application = get_asgi_application()

from registry import keyguard  # noqa: E402 (models exist only after the application)

# Before the first request: with wrong keys nothing may be written.
keyguard.verify()
