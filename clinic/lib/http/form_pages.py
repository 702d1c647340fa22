"""The HTTP of pages with a form: 303 after a POST that was done, 422 with a form that was not."""

from django.forms import BaseForm
from django.http import HttpResponseRedirect
from django.shortcuts import resolve_url
from django.views.decorators.http import require_http_methods

HTTP_UNPROCESSABLE = 422
form_page = require_http_methods(["GET", "HEAD", "POST"])
"""Decorates a view that shows a form and gets it back. Other methods get 405."""


class HttpResponseSeeOther(HttpResponseRedirect):
    """A redirect that is always followed with GET (RFC 9110, 15.4.4)."""

    status_code = 303


def see_other(to: str, *args: object) -> HttpResponseSeeOther:
    """Redirect to a page after a POST. `to` is a URL name, with its arguments, or an address."""
    return HttpResponseSeeOther(resolve_url(to, *args))


def form_status(form: BaseForm) -> int:
    """Return the status of a page that shows a form: 200, or 422 if the form was sent."""
    return HTTP_UNPROCESSABLE if form.is_bound else 200
