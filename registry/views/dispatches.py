from django.http import HttpResponse


def dispatch_list(request, **kwargs):
    return HttpResponse(status=501)

def make(request, **kwargs):
    return HttpResponse(status=501)

def download(request, **kwargs):
    return HttpResponse(status=501)
