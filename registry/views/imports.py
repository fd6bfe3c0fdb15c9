from django.http import HttpResponse


def batch_list(request, **kwargs):
    return HttpResponse(status=501)

def batch(request, **kwargs):
    return HttpResponse(status=501)

def commit(request, **kwargs):
    return HttpResponse(status=501)

def cancel(request, **kwargs):
    return HttpResponse(status=501)
