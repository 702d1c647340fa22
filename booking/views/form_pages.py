"""Helpers of form pages in all areas of the site: the clinic, and who is signed in."""

from typing import cast
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from booking.access.acting import current_acting
from booking.actions.actor import Actor, ActorType
from booking.forms.fields import phone_warning
from booking.models import ClinicProfile, User
from booking.models.current_clinic import current_clinic
from booking.queries.patients.proven_emails import mailbox_hash
from clinic.lib.http.proxies import rate_limit_address

UNKNOWN_ADDRESS = "unknown"
"""All visitors whose network address is not known are counted under this one."""


def get_clinic_or_404(request: HttpRequest) -> ClinicProfile:
    """Return the clinic. Raises Http404 before it has been set up."""
    clinic = current_clinic(request)
    if clinic is None:
        raise Http404
    return clinic


def warn_about_phone(request: HttpRequest, phone: str) -> None:
    """Ask to check a saved phone number that has too few or too many digits."""
    clinic = current_clinic(request)
    if clinic is not None and (sentence := phone_warning(phone, clinic.country)):
        messages.warning(request, sentence)


def clinic_region(request: HttpRequest) -> str:
    """Return the country of the clinic as a code like "US", or "" before it is set up."""
    clinic = current_clinic(request)
    return clinic.country if clinic else ""


def clinic_zone(request: HttpRequest) -> ZoneInfo:
    """Return the clinic's time zone, or UTC before the clinic is set up."""
    clinic = current_clinic(request)
    return clinic.zone if clinic else ZoneInfo("UTC")


def signed_in_user(request: HttpRequest) -> User:
    """Return the user of a page behind a gate, which lets nobody else in."""
    return cast(User, request.user)


def visitor_address(request: HttpRequest) -> str:
    """Return the network address of a visitor, for rate limits."""
    return rate_limit_address(request) or UNKNOWN_ADDRESS


def staff_actor(request: HttpRequest) -> Actor:
    """Return the signed-in member of staff as the actor of an action."""
    return Actor(ActorType.STAFF, signed_in_user(request))


def audited_staff_actor(request: HttpRequest) -> Actor:
    """Return the member of staff with their network address, for the audit trail of health data."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    return Actor(ActorType.STAFF, signed_in_user(request), address)


def account_actor(request: HttpRequest) -> Actor:
    """Return the user of the account as an actor, with the patient for whom they act, if any.

    Members of staff act as patients here. The mailbox of the account counts as proven.
    """
    user, acting = signed_in_user(request), current_acting(request)
    return Actor(
        ActorType.PATIENT,
        user,
        visitor_address(request),
        proven_mailbox=mailbox_hash(user.email),
        for_patient=acting.patient if acting is not None else None,
    )


def acting_words(request: HttpRequest, own: str, other: str) -> str:
    """Return `own` to the patient; to a proxy `other`, with the patient's name as %(name)s."""
    acting = current_acting(request)
    return own if acting is None else other % {"name": acting.patient.name}


def cancelled_text(request: HttpRequest) -> str:
    """Return what is said after an appointment was canceled."""
    return acting_words(
        request,
        _("Your appointment has been canceled. It costs you nothing."),
        _("The appointment of %(name)s has been canceled. It costs nothing."),
    )
