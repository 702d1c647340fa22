"""Helpers of pages about the signed-in user: their record, the actor, a recent sign-in."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from booking.access.acting import current_acting
from booking.access.allauth_internals import authentication_records
from booking.access.patients import own_patient
from booking.access.session_engine import SessionStore
from booking.actions.actor import Actor, ActorType
from booking.actions.audit.reads import record_patient_read
from booking.models import Patient
from booking.views.form_pages import signed_in_user
from clinic.lib.http.form_pages import see_other

RECENT_SIGN_IN_SECONDS = 15 * 60
"""How long after authenticating a user need not do so again."""
OwnView = Callable[[HttpRequest, Patient], HttpResponse]


def own_record(request: HttpRequest) -> Patient:
    """Return the record of the signed-in user, also if they act for somebody else.

    The read is recorded, at most once an hour. Raises Http404 for a user without a record, whom the
    gate does not let in.
    """
    patient = own_patient(request.user)
    if patient is None:
        raise Http404
    record_patient_read(patient, by=own_actor(request))
    return patient


def shown_record(request: HttpRequest) -> Patient:
    """Return the patient of a page that is open to proxies too.

    The patient's own read is recorded, at most once an hour. The gate records that of a proxy.
    """
    acting = current_acting(request)
    return acting.patient if acting is not None else own_record(request)


def own_actor(request: HttpRequest) -> Actor:
    """Return the signed-in user as an actor who acts for nobody else."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    return Actor(ActorType.PATIENT, signed_in_user(request), address)


def session_row_key(request: HttpRequest) -> str:
    """Return the row key of the session of this request, or "" if it is not stored."""
    session = request.session
    return session.row_key if isinstance(session, SessionStore) else ""


def has_signed_in_recently(request: HttpRequest) -> bool:
    """Return whether the user has authenticated within RECENT_SIGN_IN_SECONDS."""
    records = authentication_records(request, request.user)
    return any(time.time() - record["at"] < RECENT_SIGN_IN_SECONDS for record in records)


def needs_recent_sign_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Return a view that asks for a code first, if the sign-in is not recent.

    The user is then sent to the view's page.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if has_signed_in_recently(request):
            return view(request, *args, **kwargs)
        return see_other(f"{reverse('me-identity')}?{urlencode({'next': request.path})}")

    return wrapper
