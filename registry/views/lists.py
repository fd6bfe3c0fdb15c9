from django.http import HttpResponse


def case_list(request, **kwargs):
    return HttpResponse(status=501)

def case_list_download(request, **kwargs):
    return HttpResponse(status=501)

def queue(request, **kwargs):
    return HttpResponse(status=501)
