"""What is told to somebody who had to wait with booking: only that it can go on."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile, Notification, Screening
from booking.notifications.kinds import NotificationKind, register_kind
from booking.notifications.links import absolute_url
from booking.notifications.outbox import enqueue
from booking.notifications.sanitizing import clean_line, greeting_name
from booking.queries.appointments.drafts import load_draft


def notify_booking_can_resume(screening: Screening) -> None:
    """To whoever has typed an address and not booked. In the transaction of the caller."""
    hold = screening.appointment
    person = load_draft(hold)
    if screening.patient_id is not None or not person.get("email"):
        return
    enqueue(
        "may_finish",
        key=f"may_finish:{hold.public_id}",
        to=person["email"],
        to_name=person.get("name", ""),
        data={"hold": str(hold.public_id)},
        give_up_at=screening.keep_until,
    )


def booking_can_resume_context(message: Notification, data: Mapping[str, Any]) -> dict[str, str]:
    hold, clinic = _get_hold(data), ClinicProfile.objects.get()
    return {
        "patient": greeting_name(message.to_name),
        "clinic": clean_line(clinic.name),
        "phone": clean_line(clinic.phone),
        "link": absolute_url("hold-questions", hold.hold_token) if hold else "",
    }


def has_unfinished_booking(message: Notification, _now: datetime) -> bool:
    """Not once the time has been booked, or what was typed has been forgotten."""
    hold = _get_hold(json.loads(message.data or "{}"))
    return hold is not None and hold.status == Status.EXPIRED and bool(hold.draft)


def _get_hold(data: Mapping[str, Any]) -> Appointment | None:
    return Appointment.objects.filter(public_id=UUID(str(data["hold"]))).first()


BOOKING_CAN_RESUME = register_kind(
    NotificationKind(
        name="may_finish",
        label=_("The booking that had to wait can be finished"),
        subject=_("You can finish your booking at {clinic}"),
        body=_(
            "Hello {patient},\n\nThank you for waiting. You can finish your booking now. What you "
            "typed is still there; please look whether the time is still free, or choose another "
            "one.\n\n{link}\n\nIf you have a question, call us on {phone}."
        ),
        placeholders={
            "patient": _("the patient's name"),
            "clinic": _("the clinic's name"),
            "phone": _("the clinic's phone number"),
            "link": _("the address of the page to go on with"),
        },
        context=booking_can_resume_context,
        is_still_wanted=has_unfinished_booking,
        action=(_("Finish my booking"), "link"),
    )
)
