"""The table of roles for the patient's account."""

from collections.abc import Mapping

from tests.roles.rows import PATIENTS, SIGNED_IN, Row, no_such_token, open_to_all

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


ROWS: Mapping[str, Row] = {
    "me/": Row(PATIENTS, "me"),
    "me/appointments/": Row(PATIENTS, "me-past"),
    "me/menu/": open_to_all("me-menu"),
    "me/start/": Row(SIGNED_IN, "me-start"),
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
}
