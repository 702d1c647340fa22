"""URLs of pages that fail, for tests of the log."""

from django.core.exceptions import SuspiciousOperation, TooManyFieldsSent
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import path

from clinic import urls
from clinic.lib.http.access_marks import open_to_all

handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500


def everything_sent(request: HttpRequest, word: str) -> str:
    """What a careless error message quotes."""
    return f"{word} {request.GET} {request.POST} {request.headers} {request.COOKIES}"


@open_to_all
def fail(request: HttpRequest, word: str) -> HttpResponse:
    sent = everything_sent(request, word)
    try:
        raise KeyError(sent)
    except KeyError as error:
        raise ValueError(sent) from error


@open_to_all
def lose_database(request: HttpRequest, word: str) -> HttpResponse:
    raise OperationalError(everything_sent(request, word))


@open_to_all
def refuse(request: HttpRequest, word: str) -> HttpResponse:
    raise SuspiciousOperation(everything_sent(request, word))


@open_to_all
def refuse_fields(request: HttpRequest, word: str) -> HttpResponse:
    raise TooManyFieldsSent(everything_sent(request, word))


@open_to_all
def answer(_request: HttpRequest, word: str) -> HttpResponse:
    return HttpResponse(word)


urlpatterns = [
    path("fail/<str:word>/", fail),
    path("lose/<str:word>/", lose_database),
    path("refuse/<str:word>/", refuse),
    path("fields/<str:word>/", refuse_fields),
    path("answer/<str:word>/", answer),
    *urls.urlpatterns,
]
