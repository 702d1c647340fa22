"""The mail to a patient whose booking waited for a health question: it can go on now.

It says nothing about the question or the answer.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from booking.errors import CannotSendAgain
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile, Notification, Priority, Screening
from booking.notifications.kinds import NotificationKind, NotificationParams
from booking.notifications.links import absolute_url
from booking.notifications.outbox import enqueue
from booking.notifications.sanitizing import clean_line, greeting_name
from booking.notifications.sending_again import event_key
from booking.queries.appointments.drafts import load_draft


def notify_booking_can_resume(screening: Screening) -> None:
    """Tell the person that they can finish their booking, in the caller's transaction.

    Nothing is queued if it is booked already, or if no address was typed.
    """
    hold = screening.appointment
    draft = load_draft(hold)
    if screening.patient_id is not None or not draft.get("email"):
        return
    enqueue(
        "may_finish",
        key=f"may_finish:{hold.public_id}",
        to=draft["email"],
        to_name=draft.get("name", ""),
        data={"hold": str(hold.public_id)},
        give_up_at=screening.keep_until,
    )


def booking_can_resume_values(
    notification: Notification, data: Mapping[str, Any]
) -> dict[str, str]:
    """Return the values, with the link to the page on which the booking goes on."""
    hold, clinic = _get_hold(data), ClinicProfile.objects.get()
    return {
        "patient": greeting_name(notification.to_name),
        "clinic": clean_line(clinic.name),
        "phone": clean_line(clinic.phone),
        "link": absolute_url("hold-questions", hold.hold_token) if hold else "",
    }


def has_unfinished_booking(notification: Notification, _now: datetime) -> bool:
    """Return whether the time is not booked yet and the typed details still exist."""
    hold = _get_hold(json.loads(notification.data or "{}"))
    return hold is not None and hold.status == Status.EXPIRED and bool(hold.draft)


def _get_hold(data: Mapping[str, Any]) -> Appointment | None:
    return Appointment.objects.filter(public_id=UUID(str(data["hold"]))).first()


def booking_can_resume_resend_params(
    notification: Notification, _now: datetime
) -> NotificationParams:
    """Return the parameters to send it again.

    Raises CannotSendAgain if it has been booked or the draft was deleted.
    """
    data = {"hold": event_key(notification.key).partition(":")[2]}
    hold = _get_hold(data)
    if hold is None or hold.status != Status.EXPIRED or not hold.draft:
        raise CannotSendAgain(_("It is booked already, or what they typed has been deleted."))
    return {
        "key": notification.key,
        "to": notification.to_email,
        "to_name": notification.to_name,
        "data": data,
    }


BOOKING_CAN_RESUME = NotificationKind(
    name="may_finish",
    priority=Priority.LINK,
    label=_("The booking that had to wait can be finished"),
    subject=_("You can finish your booking at {clinic}"),
    body=_(
        "Hello {patient},\n\nThank you for waiting. You can finish your booking now. What you "
        "typed is still there; please look whether the time is still free, or choose another "
        "one.\n\n{link}\n\nIf you have a question, call us at {phone}."
    ),
    placeholders={
        "patient": _("the patient's name"),
        "clinic": _("the clinic's name"),
        "phone": _("the clinic's phone number"),
        "link": _("the address of the page to go on with"),
    },
    get_values=booking_can_resume_values,
    is_still_wanted=has_unfinished_booking,
    get_resend_params=booking_can_resume_resend_params,
    action=(_("Finish my booking"), "link"),
    is_secret=True,  # the link shows the answers
)
