"""Decorators that adapt allauth's views to the rules of this site."""

from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render

from booking.access.allauth_internals import record_second_factor
from booking.access.second_factor import consume_totp_code, second_factors_of
from clinic.lib.crypto.cipher import DecryptionError
from clinic.lib.http.access_marks import View


def record_new_second_factor(view: View) -> View:
    """Count a second factor that the view adds as shown in this session.

    The code with which an app was added is used up.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        before = set(second_factors_of(request.user).values_list("pk", flat=True))
        response = view(request, *args, **kwargs)
        if request.method == "POST" and request.user.is_authenticated:
            added = second_factors_of(request.user).exclude(pk__in=before).first()
            if added is not None:
                consume_totp_code(request.user.pk, request.POST.get("code", ""))
                record_second_factor(request, added)
        return response

    return wrapper


def offer_new_recovery_codes(view: View) -> View:
    """Return a view that offers new recovery codes if the present ones cannot be decrypted, and
    else is the given view."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except DecryptionError:
            return render(request, "mfa/recovery_codes/unreadable.html")

    return wrapper


def invalid_form_returns_422(view: View) -> View:
    """Answer 422 instead of allauth's 200 if the form is shown again because of its errors."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        context = getattr(response, "context_data", None) or {}
        forms = (context.get("form"), context.get("webauthn_form"))
        if response.status_code == 200 and any(form is not None and form.errors for form in forms):
            response.status_code = 422
        return response

    return wrapper


def require_usable_password(view: View) -> View:
    """Answer 404 to signed-in users without a password: patients sign in without one."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user
        if user.is_authenticated and not user.has_usable_password():
            raise Http404
        return view(request, *args, **kwargs)

    return wrapper
