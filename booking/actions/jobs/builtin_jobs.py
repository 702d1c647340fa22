"""The scheduled jobs of the core: expire holds, delete what is old, queue reminders and lists."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.access.session_engine import delete_expired_sessions
from booking.actions.audit.retention import delete_old_audit_entries
from booking.actions.health.hold_answers import delete_expired_answers
from booking.actions.holds.delete_expired_holds import delete_expired_holds
from booking.actions.holds.expire_holds import expire_holds
from booking.actions.jobs.times_from_future import release_times_from_future
from booking.actions.notifications.queue_day_lists import queue_day_lists
from booking.actions.notifications.queue_reminders import queue_reminders
from booking.actions.notifications.queue_thank_yous import queue_thank_you_mails
from booking.actions.patients.change_email import delete_old_email_changes
from booking.actions.patients.merge_patients import finalize_merges
from booking.actions.patients.patient_accounts import delete_unverified_accounts
from booking.actions.rate_limit import COUNTER_KEPT_FOR
from booking.actions.receipt_files import delete_old_receipt_files, make_receipt_files
from booking.actions.staff.calendar_feeds import delete_revoked_feeds
from booking.actions.staff.invitations import delete_old_invitations
from booking.lifecycle import Status
from booking.models import (
    Appointment,
    BookingOrigin,
    Notification,
    ProvenEmail,
    RateLimitCounter,
    RecipientPause,
)
from booking.queries.jobs import DAY_LISTS_JOB, REMINDERS_JOB
from booking.queries.patients.proven_emails import PROVEN_FOR
from clinic.lib.database_clock import TOLERANCE
from clinic.lib.scheduled_jobs import Job, register_job

DRAFT_KEPT_FOR = timedelta(hours=24)
STORED_MAIL_KEPT_FOR = timedelta(days=30)
RECIPIENT_PAUSE_KEPT_FOR = timedelta(days=7)


def delete_stale_drafts(now: datetime) -> int:
    """Delete drafts of unbooked holds after a day, or with the hold's answers. Return how many."""
    with transaction.atomic():
        old = Appointment.objects.filter(
            status__in=[Status.EXPIRED, Status.CANCELLED, Status.HOLD],
            hold_expires_at__lt=now - DRAFT_KEPT_FOR,
        )
        old = old.exclude(draft="").exclude(screenings__keep_until__isnull=False)
        return old.update(draft="")


def delete_old_rate_limit_counters(now: datetime) -> int:
    """Delete rate limit counters whose window is over, or begins in the future.

    A window in the future was counted while the clock was wrong. It would refuse people when its
    time comes.
    """
    old = RateLimitCounter.objects.filter(window__lt=now - COUNTER_KEPT_FOR)
    wrong = RateLimitCounter.objects.filter(window__gt=now + TOLERANCE)
    return old.delete()[0] + wrong.delete()[0]


def purge_stored_mail(now: datetime) -> int:
    """Empty stored mails after 30 days.

    These were kept for the desk because no mail server is configured, or failed and could have
    been sent again.
    """
    cutoff = now - STORED_MAIL_KEPT_FOR
    failed = Q(status=Notification.Status.FAILED, failed_at__lt=cutoff)
    old = Notification.objects.filter(Q(sent_at__lt=cutoff) | failed)
    return old.exclude(rendered="", data="").update(rendered="", data="")


def delete_old_recipient_pauses(now: datetime) -> int:
    """Delete pauses of mail addresses that ended a week ago."""
    old = RecipientPause.objects.filter(until__lt=now - RECIPIENT_PAUSE_KEPT_FOR)
    return old.delete()[0]


def delete_old_booking_origins(now: datetime) -> int:
    """Delete old origins of holds and bookings, and old proofs of e-mail.

    That is two days after a hold expired, or after the appointment, when no limit counts them.
    """
    cutoff = now - COUNTER_KEPT_FOR
    unbooked = Q(appointment__booked_at=None, appointment__created_at__lt=cutoff)
    origins = BookingOrigin.objects.filter(unbooked | Q(appointment__starts_at__lt=cutoff))
    proofs = ProvenEmail.objects.filter(proven_at__lt=now - PROVEN_FOR)
    return origins.delete()[0] + proofs.delete()[0]


HOURLY = timedelta(hours=1)
BUILTIN_JOBS = (
    Job("expire-holds", _("Mark holds that ran out"), expire_holds),
    Job("release-times", _("Release times that a wrong clock has set"), release_times_from_future),
    Job(REMINDERS_JOB, _("Queue reminders to patients"), queue_reminders),
    Job(DAY_LISTS_JOB, _("Queue each therapist's list for the next day"), queue_day_lists),
    Job("queue-thank-yous", _("Queue thank-you mails"), queue_thank_you_mails),
    Job("make-receipts", _("Make receipts as PDF files"), make_receipt_files),
    Job("finalize-merges", _("Settle merged patient records"), finalize_merges),
    Job("delete-answers", _("Delete health answers without a booking"), delete_expired_answers),
    Job("delete-drafts", _("Delete forms that nobody finished"), delete_stale_drafts, HOURLY),
    Job(
        "delete-expired-holds",
        _("Delete times that were held and not booked"),
        delete_expired_holds,
        HOURLY,
    ),
    Job(
        "delete-audit-entries",
        _("Delete old entries of the audit trail"),
        delete_old_audit_entries,
        HOURLY,
    ),
    Job(
        "delete-rate-limits",
        _("Delete old counts of rate limits"),
        delete_old_rate_limit_counters,
        HOURLY,
    ),
    Job(
        "delete-booking-origins",
        _("Delete where old bookings came from"),
        delete_old_booking_origins,
        HOURLY,
    ),
    Job("purge-stored-mail", _("Empty mails stored for the desk"), purge_stored_mail, HOURLY),
    Job(
        "delete-recipient-pauses",
        _("Delete old pauses of mail addresses"),
        delete_old_recipient_pauses,
        HOURLY,
    ),
    Job(
        "delete-receipts",
        _("Delete the PDF files of receipts, which can be made again"),
        delete_old_receipt_files,
        HOURLY,
    ),
    Job("delete-invitations", _("Delete old invitations"), delete_old_invitations, HOURLY),
    Job(
        "delete-email-changes",
        _("Delete old changes of e-mail addresses"),
        delete_old_email_changes,
        HOURLY,
    ),
    Job("delete-feeds", _("Delete revoked calendar addresses"), delete_revoked_feeds, HOURLY),
    Job("delete-sessions", _("Delete sessions that have ended"), delete_expired_sessions, HOURLY),
    Job(
        "delete-unverified-accounts",
        _("Delete accounts that were never verified"),
        delete_unverified_accounts,
        HOURLY,
    ),
)


def register_builtin_jobs() -> None:
    """Register the jobs of the core; called in `AppConfig.ready`."""
    for job in BUILTIN_JOBS:
        register_job(job)
