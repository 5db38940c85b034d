"""The pages that staff work in."""

from django.http import HttpRequest, HttpResponse


def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


worklist = melding_new = banner = search = home


def melding(request: HttpRequest, number: str, verb: str = "") -> HttpResponse:
    return HttpResponse(number)


act = melding
