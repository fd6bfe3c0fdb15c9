from django.http import HttpResponse


def review(request, **kwargs):
    return HttpResponse(status=501)

def decide(request, **kwargs):
    return HttpResponse(status=501)
