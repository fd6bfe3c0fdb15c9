from django.http import HttpResponse


def worker_list(request, **kwargs):
    return HttpResponse(status=501)

def create(request, **kwargs):
    return HttpResponse(status=501)

def worker(request, **kwargs):
    return HttpResponse(status=501)

def edit(request, **kwargs):
    return HttpResponse(status=501)
