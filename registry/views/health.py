"""Health: for a watcher outside words only, for the admin the operations page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from registry import health
from registry.access import Request, may


@never_cache
@require_safe
def live(_request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 when pages can be served, else 503; one line for each part, no versions."""
    found = health.parts(now=request.now)
    lines = [f"{name}: {'ok' if well else 'tidak'}" for name, well in found.items()]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8", status=200 if all(found.values()) else 503)


@may("lihat_operasi")
@require_safe
def operations(request: Request) -> HttpResponse:
    context = {"office": health.operations(now=request.now), "parts": health.parts(now=request.now)}
    return render(request, "registry/operations.html", context)
