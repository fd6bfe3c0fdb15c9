"""Which send this is: a form that is sent twice has one effect (`registry.mutations`)."""

import json
from uuid import UUID, uuid5

from registry.access import Request


def mutation_of(request: Request) -> UUID | None:
    """The id of this very send; None where a client left the page's id out or spoiled it.

    It is made of the id of the page and of what was sent: a page that the browser brings back from memory, changed and sent again,
    is another act, while a second tap on the button is not.
    """
    page = sent_id(request)
    content = sorted((name, values) for name, values in request.POST.lists() if name not in ("csrfmiddlewaretoken", "mutation_id"))
    return uuid5(page, json.dumps(content)) if page else None


def sent_id(request: Request) -> UUID | None:
    """The id that the page put into its form."""
    try:
        return UUID(request.POST.get("mutation_id", ""))
    except ValueError:
        return None
