from django.http import HttpResponse


def case(request, **kwargs):
    return HttpResponse(status=501)

def reveal(request, **kwargs):
    return HttpResponse(status=501)

def withdraw(request, **kwargs):
    return HttpResponse(status=501)

def assign(request, **kwargs):
    return HttpResponse(status=501)
