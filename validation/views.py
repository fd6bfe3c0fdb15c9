from django.http import HttpResponse


def pair_list(request, **kwargs):
    return HttpResponse(status=501)

def pair(request, **kwargs):
    return HttpResponse(status=501)

def decide(request, **kwargs):
    return HttpResponse(status=501)
