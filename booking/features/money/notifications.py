"""The mail that reminds a patient kindly of a visit that is not paid."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from booking.errors import CannotSendAgain, NoEmailAddress
from booking.features.money.queries.balances import balance_of_appointment
from booking.models import Appointment, ClinicProfile, Notification, Priority
from booking.notifications.appointment_values import (
    APPOINTMENT_PLACEHOLDERS,
    appointment_values,
    get_appointment,
)
from booking.notifications.kinds import NotificationKind, NotificationParams, PlaceholderValues
from booking.notifications.outbox import enqueue
from clinic.lib.text.money import format_money, from_minor_units

KIND = "payment_reminder"


def notify_payment_reminder(appointment: Appointment, now: datetime) -> Notification:
    """Queue the reminder of an unpaid visit. Two at the same second are one."""
    return enqueue(
        KIND,
        key=f"{KIND}:{appointment.public_id}:{now:%Y%m%dT%H%M%S}",
        to_patient=True,
        appointment=appointment,
    )


def is_wanted(notification: Notification, _now: datetime) -> bool:
    """Return whether the visit is still not paid."""
    return balance_of_appointment(get_appointment(notification)).owed > 0


def _resend_params(notification: Notification, now: datetime) -> NotificationParams:
    appointment = get_appointment(notification)
    if appointment.patient is None or not appointment.patient.email:
        raise NoEmailAddress()
    if not is_wanted(notification, now):
        raise CannotSendAgain(_("The visit is paid."))
    return {
        "key": f"{KIND}:{appointment.public_id}",
        "to_patient": True,
        "appointment": appointment,
    }


def _values(notification: Notification, data: Mapping[str, Any]) -> PlaceholderValues:
    appointment = get_appointment(notification)
    owed = balance_of_appointment(appointment).owed
    amount = from_minor_units(owed, appointment.currency)
    return {
        **appointment_values(notification, data),
        "amount": format_money(amount, appointment.currency),
    }


def _sample_values(clinic: ClinicProfile) -> PlaceholderValues:
    return {"amount": format_money(from_minor_units(4500, clinic.currency), clinic.currency)}


PAYMENT_REMINDER = NotificationKind(
    name=KIND,
    label=_("Reminder of a visit that is not paid"),
    subject=_("Your visit is not paid yet"),
    body=_(
        "Dear {patient},\n\nThis is a kind reminder: {amount} is still to pay for your visit on "
        "{when}.\n\nYou can pay at your next visit, or call us at {phone}. Have you paid already? "
        "Then please tell us, and forgive the mail."
    ),
    placeholders={
        **{name: APPOINTMENT_PLACEHOLDERS[name] for name in ("patient", "clinic", "phone", "when")},
        "amount": _("what is still to pay"),
    },
    get_values=_values,
    get_sample_values=_sample_values,
    required_placeholders=frozenset({"amount"}),
    is_still_wanted=is_wanted,
    get_resend_params=_resend_params,
    priority=Priority.OTHER,
)
