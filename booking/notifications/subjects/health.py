"""What is told to somebody who had to wait with booking: only that it can go on."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile, Message, Screening
from booking.notifications.kinds import Kind, register
from booking.notifications.links import link_to
from booking.notifications.outbox import enqueue
from booking.notifications.sanitizing import one_line, spoken_name
from booking.queries.appointments.drafts import typed


def tell_may_finish(screening: Screening) -> None:
    """To whoever has typed an address and not booked. In the transaction of the caller."""
    hold = screening.appointment
    person = typed(hold)
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


def may_finish(message: Message, data: Mapping[str, Any]) -> dict[str, str]:
    hold, clinic = _hold(data), ClinicProfile.objects.get()
    return {
        "patient": spoken_name(message.to_name),
        "clinic": one_line(clinic.name),
        "phone": one_line(clinic.phone),
        "link": link_to("hold-questions", hold.hold_token) if hold else "",
    }


def still_waiting(message: Message, _now: datetime) -> bool:
    """Not once the time has been booked, or what was typed has been forgotten."""
    hold = _hold(json.loads(message.data or "{}"))
    return hold is not None and hold.status == Status.EXPIRED and bool(hold.draft)


def _hold(data: Mapping[str, Any]) -> Appointment | None:
    return Appointment.objects.filter(public_id=UUID(str(data["hold"]))).first()


MAY_FINISH = register(
    Kind(
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
        context=may_finish,
        still_wanted=still_waiting,
        action=(_("Finish my booking"), "link"),
    )
)
