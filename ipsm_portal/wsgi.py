"""The portal as a WSGI application: `granian --interface wsgi ipsm_portal.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ipsm_portal.settings")
application = get_wsgi_application()

from registry import keyguard  # noqa: E402 (models exist only after the application)

# Before the first request: with wrong keys nothing may be written.
keyguard.verify()
