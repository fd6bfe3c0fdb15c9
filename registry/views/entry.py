from django.http import HttpResponse


def search(request, **kwargs):
    return HttpResponse(status=501)

def begin(request, **kwargs):
    return HttpResponse(status=501)

def tasks(request, **kwargs):
    return HttpResponse(status=501)

def step(request, **kwargs):
    return HttpResponse(status=501)

def check(request, **kwargs):
    return HttpResponse(status=501)

def sent(request, **kwargs):
    return HttpResponse(status=501)

def delete(request, **kwargs):
    return HttpResponse(status=501)
