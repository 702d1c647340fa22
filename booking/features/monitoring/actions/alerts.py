"""The job that runs the checks of doctor for the owner, and mails what is new."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from booking.doctor.run_checks import run_checks
from booking.features.monitoring.models import Alert, BookingVerification
from booking.features.monitoring.notifications import notify_owners
from booking.queries.appointments.invariants import check_invariants
from booking.registries.doctor_checks import DoctorCheck, checks

MIN_INTERVAL = timedelta(days=1)
"""The shortest time between two mails about the same check."""
REMIND_AFTER = timedelta(days=7)
"""The time after which a problem that has not changed is mailed again."""
VERIFICATIONS_KEPT_FOR = timedelta(days=90)
NUMBER = re.compile(r"\d+")


def alert_checks() -> list[DoctorCheck]:
    """Return the checks whose problems the owner is alerted to."""
    return [check for check in checks() if check.is_alert]


def update_alerts(now: datetime) -> int:
    """Run the checks, store what they find, and mail the owners what is new. Return how many mails.

    A mail is sent when the words change, numbers aside, and again after a week; at most one a day
    for each check.
    """
    problems: dict[str, list[str]] = {check.name: [] for check in alert_checks()}
    for result in run_checks(alert_checks()):
        if not result.is_ok:
            problems[result.check.name].append(result.sentence)
    Alert.objects.exclude(name__in=[*problems]).delete()
    return sum(_update(check, problems[check.name], now) for check in alert_checks())


def verify_all_bookings(now: datetime) -> int:
    """Run the checks of `verify_bookings`, and remember how many faults there are. Return 0."""
    faults = sum(result.total for result in check_invariants(now))
    with transaction.atomic():
        BookingVerification.objects.create(verified_at=now, faults=faults)
        BookingVerification.objects.filter(verified_at__lt=now - VERIFICATIONS_KEPT_FOR).delete()
    return 0


def _update(check: DoctorCheck, sentences: Sequence[str], now: datetime) -> int:
    with transaction.atomic():
        alert, _is_new = Alert.objects.get_or_create(name=check.name, defaults={"checked_at": now})
        alert.checked_at, alert.sentences = now, list(sentences)
        alert.since = (alert.since or now) if sentences else None
        mailed = 0
        if not sentences:
            alert.mailed_words = ""
        elif _is_mail_due(alert, now):
            mailed = notify_owners(check, sentences, now)
            alert.mailed_at, alert.mailed_words = now, _words(sentences)
        alert.save()
    return mailed


def _is_mail_due(alert: Alert, now: datetime) -> bool:
    if alert.mailed_at is None:
        return True
    is_new = _words(alert.sentences) != alert.mailed_words
    pause = MIN_INTERVAL if is_new else REMIND_AFTER
    return not alert.mailed_at <= now < alert.mailed_at + pause


def _words(sentences: Sequence[str]) -> str:
    """Return the sentences without numbers: ages and counts change by themselves."""
    return NUMBER.sub("", "\n".join(sentences))
