"""Helpers of pages about the signed-in person: their record, who they are, a recent sign-in."""

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
"""How long after somebody has shown who they are they need not show it again."""
OwnView = Callable[[HttpRequest, Patient], HttpResponse]


def own_record(request: HttpRequest) -> Patient:
    """Return the record of the signed-in person, never that of somebody they act for.

    The read is recorded, once an hour. Raises Http404 for somebody without a record, whom the
    gate does not let in.
    """
    patient = own_patient(request.user)
    if patient is None:
        raise Http404
    record_patient_read(patient, by=own_actor(request))
    return patient


def shown_record(request: HttpRequest) -> Patient:
    """Return the patient of a page that those who act for somebody may open, too.

    The read is recorded, once an hour; that of somebody who acts for the patient, by the gate.
    """
    acting = current_acting(request)
    return acting.patient if acting is not None else own_record(request)


def own_actor(request: HttpRequest) -> Actor:
    """Return the signed-in person as the actor of what they do for themselves."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    return Actor(ActorType.PATIENT, signed_in_user(request), address)


def session_row_key(request: HttpRequest) -> str:
    """Return the row key of the session of this request, or "" if it is not stored."""
    session = request.session
    return session.row_key if isinstance(session, SessionStore) else ""


def has_signed_in_recently(request: HttpRequest) -> bool:
    """Whether the person has shown within RECENT_SIGN_IN_SECONDS who they are."""
    records = authentication_records(request, request.user)
    return any(time.time() - record["at"] < RECENT_SIGN_IN_SECONDS for record in records)


def needs_recent_sign_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Ask for a code first if the sign-in is not recent; then the page is opened again."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if has_signed_in_recently(request):
            return view(request, *args, **kwargs)
        return see_other(f"{reverse('me-identity')}?{urlencode({'next': request.path})}")

    return wrapper
