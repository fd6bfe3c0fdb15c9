from django.http import HttpResponse


def account_list(request, **kwargs):
    return HttpResponse(status=501)

def create(request, **kwargs):
    return HttpResponse(status=501)

def edit(request, **kwargs):
    return HttpResponse(status=501)

def invite(request, **kwargs):
    return HttpResponse(status=501)

def set_active(request, **kwargs):
    return HttpResponse(status=501)

def invitation(request, **kwargs):
    return HttpResponse(status=501)

def password(request, **kwargs):
    return HttpResponse(status=501)
