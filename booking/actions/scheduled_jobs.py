"""What time itself brings: holds that run out, drafts nobody needs, reminders, lists, thanks.

Safe to run twice, and twice at once.
"""

from datetime import datetime, timedelta

from django.db import transaction

from booking.actions.health.hold_answers import forget_answers
from booking.actions.holds.expire_holds import expire_holds
from booking.actions.notifications.queue_day_lists import queue_day_lists
from booking.actions.notifications.queue_reminders import queue_reminders
from booking.actions.notifications.queue_thank_yous import queue_thanks
from booking.actions.patients.merge_patients import settle_merges
from booking.actions.patients.patient_accounts import forget_unproven_accounts
from booking.actions.rate_limit import KEPT_FOR
from booking.lifecycle import Status
from booking.models import Appointment, Message, UseCount
from clinic.lib.dates import clock
from clinic.lib.scheduled_jobs import Work, registered

DRAFTS_KEPT_FOR = timedelta(hours=24)
MAIL_KEPT_FOR = timedelta(days=30)


def run_due_work() -> dict[str, int]:
    """Do all of it, also what other apps have registered; returns how much of each there was."""
    now = clock.now()
    jobs: dict[str, Work] = {
        "holds that ran out": expire_holds,
        "answers forgotten": forget_answers,
        "drafts forgotten": forget_drafts,
        "counters swept out": sweep_counters,
        "kept mails emptied": empty_kept_mail,
        "merges settled": settle_merges,
        "accounts never proven": forget_unproven_accounts,
        "reminders planned": queue_reminders,
        "day lists queued": queue_day_lists,
        "thanks queued": queue_thanks,
        **registered(),
    }
    return {name: job(now) for name, job in jobs.items()}


def forget_drafts(now: datetime) -> int:
    """What somebody typed who did not book is deleted after a day; with answers that wait for a
    doctor's word, together with these."""
    with transaction.atomic():
        old = Appointment.objects.filter(
            status__in=[Status.EXPIRED, Status.CANCELLED, Status.HOLD],
            hold_expires_at__lt=now - DRAFTS_KEPT_FOR,
        )
        old = old.exclude(draft="").exclude(screenings__keep_until__gt=now)
        return old.update(draft="")


def sweep_counters(now: datetime) -> int:
    """Counts of fair use are of no use after their window."""
    return UseCount.objects.filter(window__lt=now - KEPT_FOR).delete()[0]


def empty_kept_mail(now: datetime) -> int:
    """Mails kept for the desk to read, where no mail server is set, are emptied after a month."""
    old = Message.objects.filter(sent_at__lt=now - MAIL_KEPT_FOR).exclude(rendered="")
    return old.update(rendered="", data="")
