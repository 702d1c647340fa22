"""The mail that alerts an owner to a problem of the site."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from booking.models import ClinicProfile, Notification, Role, User
from booking.notifications.kinds import NotificationKind, PlaceholderValues
from booking.notifications.outbox import build, enqueue_all
from booking.notifications.sanitizing import clean_line
from booking.registries.doctor_checks import DoctorCheck

VALID_FOR = timedelta(days=2)


def notify_owners(check: DoctorCheck, sentences: Sequence[str], now: datetime) -> int:
    """Queue a mail to each owner about the problems that a check has found. Return how many."""
    owners = User.objects.filter(
        Q(staff_roles__role=Role.OWNER) | Q(is_superuser=True), is_active=True
    )
    mails = [
        build(
            OWNER_ALERT.name,
            key=f"owner_alert:{check.name}:{now:%Y%m%dT%H%M%S}:{owner.pk}",
            to=owner.email,
            to_name=owner.name,
            data={"check": str(check.title), "sentences": list(sentences)},
        )
        for owner in owners.exclude(email="").distinct()
    ]
    enqueue_all(mails)
    return len(mails)


def _values(_notification: Notification, data: Mapping[str, Any]) -> PlaceholderValues:
    clinic = ClinicProfile.current()
    return {
        "clinic": clean_line(clinic.name) if clinic else "",
        "check": clean_line(str(data.get("check", ""))),
        "problems": "\n\n".join(clean_line(str(text)) for text in data.get("sentences", [])),
        "monitoring": f"{settings.BASE_URL}{reverse('desk-monitoring')}",
    }


OWNER_ALERT = NotificationKind(
    name="owner_alert",
    label=_("an alert to the owner about the site"),
    subject=_("Please look at the site: {check}"),
    body=_(
        "The site of {clinic} has checked itself and found a problem ({check}).\n\n{problems}\n\n"
        "You get at most one mail a day about each kind of problem, and the next one about the "
        "same problem after a week."
    ),
    placeholders={
        "clinic": _("the clinic's name"),
        "check": _("what was checked"),
        "problems": _("what is wrong and how to mend it"),
        "monitoring": _("the address of the page about it"),
    },
    get_values=_values,
    is_editable=False,
    has_sign_off=False,
    give_up_after=VALID_FOR,
    action=(_("See all of them"), "monitoring"),
)
