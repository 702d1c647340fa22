"""The table of roles for the patient's account."""

from collections.abc import Mapping

from booking.models import UserSession
from tests.roles.rows import PATIENTS, SIGNED_IN, Row, Who, no_such_token, open_to_all

NOBODY_ELSE_IN_ACCOUNT = {**PATIENTS, "patient": "not found"}
"""Only whoever has joined the records, who is not among the people of the table."""


def _appointment(name: str) -> Row:
    """A page of the patient's appointment, and of somebody else's."""
    return Row(
        PATIENTS,
        name,
        own=lambda w: {"public_id": w.own_appointment.public_id},
        foreign=lambda w: {"public_id": w.appointment.public_id},
    )


NO_RECEIPT: Who = {**PATIENTS, "patient": "not found"}
"""The patient of the table has no receipt, so that every number is somebody else's."""

ROWS: Mapping[str, Row] = {
    "me/": Row(PATIENTS, "me"),
    "me/appointments/": Row(PATIENTS, "me-past"),
    "me/menu/": open_to_all("me-menu"),
    "me/start/": Row(SIGNED_IN, "me-start"),
    "me/favorites/": Row(PATIENTS, "me-favorite"),
    "me/claim/": Row(PATIENTS, "me-claim"),
    "me/claim/<int:pk>/undo/": Row(
        NOBODY_ELSE_IN_ACCOUNT,
        "me-claim-undo",
        own=lambda w: {"pk": w.merge.pk},
        foreign=lambda w: {"pk": w.merge.pk + 1000},
    ),
    "me/book/<str:token>/": Row(
        PATIENTS, "me-check", own=lambda w: {"token": w.own_hold.hold_token}, foreign=no_such_token
    ),
    "me/appointments/<uuid:public_id>/": _appointment("me-appointment"),
    "me/appointments/<uuid:public_id>/appointment.ics": _appointment("me-appointment-calendar"),
    "me/appointments/<uuid:public_id>/feed/": _appointment("me-appointment-feed"),
    "me/appointments/<uuid:public_id>/reschedule/": _appointment("me-appointment-reschedule"),
    "me/appointments/<uuid:public_id>/cancel/": _appointment("me-appointment-cancel"),
    "me/appointments/<uuid:public_id>/undo/": _appointment("me-appointment-restore"),
    "me/appointments/<uuid:public_id>/confirm/": _appointment("me-appointment-confirm"),
    "me/appointments/<uuid:public_id>/proposal/": _appointment("me-appointment-proposal"),
    "me/details/": Row(PATIENTS, "me-details"),
    "me/details/email/": Row(PATIENTS, "me-email"),
    "me/details/email/code/": Row(PATIENTS, "me-email-code"),
    "me/health/": Row(PATIENTS, "me-health"),
    "me/health/questions/": Row(PATIENTS, "me-health-questions"),
    "me/health/call-back/": Row(PATIENTS, "me-health-call-back"),
    "me/health/consent/withdraw/": Row(PATIENTS, "me-consent-withdraw"),
    "me/health/consent/": Row(PATIENTS, "me-consent"),
    "me/reminders/": Row(PATIENTS, "me-reminders"),
    "me/calendar/": Row(PATIENTS, "me-calendar"),
    "me/calendar/end/": Row(PATIENTS, "me-calendar-end"),
    "me/receipts/": Row(PATIENTS, "me-receipts"),
    "me/receipts/<int:number>/": Row(
        NO_RECEIPT,
        "me-receipt",
        own=lambda _w: {"number": 999999},
        foreign=lambda w: {"number": w.receipt.number},
    ),
    "me/receipts/<int:number>/pdf/": Row(
        NO_RECEIPT,
        "me-receipt-file",
        own=lambda _w: {"number": 999999},
        foreign=lambda w: {"number": w.receipt.number},
    ),
    "me/devices/": Row(PATIENTS, "me-devices"),
    "me/devices/<int:pk>/end/": Row(
        PATIENTS,
        "me-device-end",
        own=lambda _w: {"pk": 999999},
        foreign=lambda w: {"pk": UserSession.objects.exclude(user=w.people["patient"])[0].pk},
        foreign_outcome="in",  # nothing ends, and the answer is the same as for none
    ),
    "me/devices/end-others/": Row(PATIENTS, "me-devices-end-others"),
    "me/access/": Row(PATIENTS, "me-access"),
    "me/access/links/end/": Row(PATIENTS, "me-links-end"),
    "me/download/": Row(PATIENTS, "me-download"),
    "me/download/erasure/": Row(PATIENTS, "me-erasure"),
    "me/download/erasure/withdraw/": Row(PATIENTS, "me-erasure-withdraw"),
    "me/download/restriction/": Row(PATIENTS, "me-restriction"),
    "me/download/restriction/withdraw/": Row(PATIENTS, "me-restriction-withdraw"),
    "me/identity/": Row(PATIENTS, "me-identity"),
}
