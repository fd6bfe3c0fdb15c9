from django.http import HttpResponse


def upload(request, **kwargs):
    return HttpResponse(status=501)

def picture(request, **kwargs):
    return HttpResponse(status=501)

def remove(request, **kwargs):
    return HttpResponse(status=501)
