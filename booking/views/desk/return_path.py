"""Return to the page of the desk that a form was opened from (`next`)."""

import re

from django.http import HttpRequest, HttpResponse

from clinic.lib.http.form_pages import see_other

DESK_PATH_PATTERN = re.compile(r"/desk/[!-~]{0,500}")


def return_path(request: HttpRequest) -> str:
    """Return the path of the page that a form came from, or "" if it is not one of the desk."""
    path = request.POST.get("next") or request.GET.get("next", "")
    return path if DESK_PATH_PATTERN.fullmatch(path) else ""


def redirect_back(request: HttpRequest, name: str, *args: object) -> HttpResponse:
    """Redirect to the page that a form came from, or to the page with the given URL name."""
    path = return_path(request)
    return see_other(path) if path else see_other(name, *args)
