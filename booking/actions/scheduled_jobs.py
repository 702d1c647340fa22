"""Scheduled jobs: expire holds, delete stale drafts, queue reminders, day lists and thanks.

They may run repeatedly and concurrently.
"""

from datetime import datetime, timedelta

from django.db import transaction

from booking.actions.health.hold_answers import delete_expired_answers
from booking.actions.holds.expire_holds import expire_holds
from booking.actions.notifications.queue_day_lists import queue_day_lists
from booking.actions.notifications.queue_reminders import queue_reminders
from booking.actions.notifications.queue_thank_yous import queue_thank_you_mails
from booking.actions.patients.merge_patients import finalize_merges
from booking.actions.patients.patient_accounts import delete_unverified_accounts
from booking.actions.rate_limit import COUNTER_KEPT_FOR
from booking.lifecycle import Status
from booking.models import Appointment, Notification, RateLimitCounter
from clinic.lib.dates import clock
from clinic.lib.scheduled_jobs import Job, registered_jobs

DRAFT_KEPT_FOR = timedelta(hours=24)
STORED_MAIL_KEPT_FOR = timedelta(days=30)


def run_scheduled_jobs() -> dict[str, int]:
    """Run all jobs, including those registered by other apps. Return the count of each by name."""
    now = clock.now()
    jobs: dict[str, Job] = {
        "holds that ran out": expire_holds,
        "answers forgotten": delete_expired_answers,
        "drafts forgotten": delete_stale_drafts,
        "counters swept out": delete_old_rate_limit_counters,
        "kept mails emptied": purge_stored_mail,
        "merges settled": finalize_merges,
        "accounts never proven": delete_unverified_accounts,
        "reminders planned": queue_reminders,
        "day lists queued": queue_day_lists,
        "thanks queued": queue_thank_you_mails,
        **registered_jobs(),
    }
    return {name: job(now) for name, job in jobs.items()}


def delete_stale_drafts(now: datetime) -> int:
    """Delete drafts of unbooked holds after a day; with answers kept longer, when these go."""
    with transaction.atomic():
        old = Appointment.objects.filter(
            status__in=[Status.EXPIRED, Status.CANCELLED, Status.HOLD],
            hold_expires_at__lt=now - DRAFT_KEPT_FOR,
        )
        old = old.exclude(draft="").exclude(screenings__keep_until__gt=now)
        return old.update(draft="")


def delete_old_rate_limit_counters(now: datetime) -> int:
    """Delete rate limit counters whose window is over."""
    return RateLimitCounter.objects.filter(window__lt=now - COUNTER_KEPT_FOR).delete()[0]


def purge_stored_mail(now: datetime) -> int:
    """Empty stored mails (kept for the desk when no mail server is configured) after 30 days."""
    old = Notification.objects.filter(sent_at__lt=now - STORED_MAIL_KEPT_FOR).exclude(rendered="")
    return old.update(rendered="", data="")
