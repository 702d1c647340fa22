"""The visitor of a public page as the actor of an action."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from booking.access.patients import find_current_patient
from booking.actions.actor import Actor
from booking.models import Appointment
from booking.queries.patients.proven_emails import mailbox_hash
from booking.views.form_pages import account_actor, visitor_address

PROOF_COOKIE = f"{settings.COOKIE_PREFIX}proof"
PROOF_COOKIE_SECONDS = 86_400


def guest_actor(request: HttpRequest) -> Actor:
    """Return an anonymous actor, with the network address and the hash of the proven mailbox."""
    address = visitor_address(request)
    return Actor.guest(address, proven_mailbox=_proven_mailbox(request))


def booking_actor(request: HttpRequest) -> Actor:
    """Return the actor of a booking: the patient whose account is open, or a guest."""
    if find_current_patient(request) is not None:
        return account_actor(request)
    return guest_actor(request)


def visitor_actor(request: HttpRequest, appointment: Appointment) -> Actor:
    """Return the actor of a change of an appointment: the account's user, or a guest with the link.

    A hold that belongs to the patient of the account is changed by the account's user too.
    """
    is_own = appointment.patient is not None and appointment.patient == find_current_patient(
        request
    )
    return account_actor(request) if is_own else guest_actor(request)


def remember_proof(response: HttpResponse, mailbox: str) -> None:
    """Store the hash of the mailbox that the visitor has proven in a signed cookie, for a day."""
    response.set_signed_cookie(
        PROOF_COOKIE,
        mailbox,
        max_age=PROOF_COOKIE_SECONDS,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def _proven_mailbox(request: HttpRequest) -> str:
    """Return the hash of the mailbox that the visitor has proven or is signed in with, or ""."""
    if request.method in ("GET", "HEAD"):  # nothing is taken then
        return ""
    mailbox = request.get_signed_cookie(PROOF_COOKIE, default="", max_age=PROOF_COOKIE_SECONDS)
    if not mailbox and request.user.is_authenticated:
        mailbox = mailbox_hash(request.user.email)
    return mailbox or ""


def is_signed_in_patient(request: HttpRequest, appointment: Appointment) -> bool:
    """Return whether the appointment's own patient is signed in."""
    user, patient = request.user, appointment.patient
    return patient is not None and user.is_authenticated and patient.user_id == user.pk
