"""Mails when a grown child has taken over their record: to them, and to who acted for them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from booking.features.proxies.models import Proxy, RecordTakeover
from booking.features.proxies.notifications import (
    COMMON_PLACEHOLDERS,
    NAME,
    PATIENT,
    clinic_values,
    family_sample_values,
    grant_values,
    read_data,
)
from booking.models import ClinicProfile, Notification
from booking.notifications.kinds import NotificationKind, PlaceholderValues
from booking.notifications.outbox import enqueue
from booking.notifications.sanitizing import greeting_name


def notify_taken_over(row: RecordTakeover) -> None:
    """Queue a mail that tells a grown child that the record is theirs."""
    enqueue(
        TAKEN_OVER.name,
        key=f"{TAKEN_OVER.name}:{row.public_id}",
        to=row.user.email,
        to_name=row.user.patient.name,
        data={"takeover": row.pk},
    )


def notify_grown_up(grant: Proxy) -> None:
    """Queue a mail that tells somebody that the person for whom they acted has grown up."""
    enqueue(
        GROWN_UP.name,
        key=f"{GROWN_UP.name}:{grant.public_id}",
        to=grant.actor.email,
        to_name=grant.actor.name,
        data={"grant": grant.pk},
    )


def taken_over_values(notification: Notification, _data: Mapping[str, Any]) -> PlaceholderValues:
    """Return the placeholders of the mail to the grown child."""
    values = clinic_values(ClinicProfile.objects.get())
    return values | {"name": greeting_name(notification.to_name)}


def is_taken_over(notification: Notification, _now: datetime) -> bool:
    """Return whether the request still exists, which an erasure deletes."""
    pk = read_data(notification).get("takeover") or 0
    return RecordTakeover.objects.filter(pk=pk).exists()


def is_grant_known(notification: Notification, _now: datetime) -> bool:
    """Return whether the grant that has ended still exists, which an erasure deletes."""
    return Proxy.objects.filter(pk=read_data(notification).get("grant") or 0).exists()


TAKEN_OVER = NotificationKind(
    name="record_taken_over",
    label=_("A grown child has taken over their record"),
    subject=_("Your record is yours now"),
    body=_(
        "Dear {name},\n\nYour record at {clinic} now belongs to your own account. You find your "
        "earlier appointments there, and you decide who may do something for you.\n\n"
        "What was written down about you before is shown there after your therapist has confirmed "
        "at a visit that the account is yours."
    ),
    placeholders={**COMMON_PLACEHOLDERS, **NAME},
    get_values=taken_over_values,
    get_sample_values=family_sample_values,
    is_still_wanted=is_taken_over,
    action=(_("See who can act for you"), "link"),
)
GROWN_UP = NotificationKind(
    name="record_grown_up",
    label=_("Somebody acted for a child, who has taken over the record"),
    subject=_("About the people you book for"),
    body=_(
        "Dear {name},\n\n{patient} is grown up, and now looks after their own appointments at "
        "{clinic}. Thank you for having done it until now.\n\n"
        "From today {patient} decides who may do something for them. You find what you can do now "
        "under “Family and carers”. What is booked stays booked, and you need do nothing.\n\n"
        "If you have a question, please call us at {phone}."
    ),
    placeholders={**COMMON_PLACEHOLDERS, **NAME, **PATIENT},
    get_values=grant_values,
    get_sample_values=family_sample_values,
    is_still_wanted=is_grant_known,
    action=(_("See the people you book for"), "link"),
)
KINDS = (TAKEN_OVER, GROWN_UP)
