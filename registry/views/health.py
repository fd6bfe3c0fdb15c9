from django.http import HttpResponse


def operations(request, **kwargs):
    return HttpResponse(status=501)

def live(request, **kwargs):
    return HttpResponse(status=501)

def ready(request, **kwargs):
    return HttpResponse(status=501)
