"""What /metrics reports about the core: the outbox, holds, appointments, worker and jobs."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from booking.lifecycle import Status
from booking.models import Appointment, MailServerState, Notification
from booking.queries.jobs import job_states
from booking.queries.notifications.heartbeats import last_heartbeat
from booking.registries.metrics import Gauge, single, single_time

COMING_DAYS = timedelta(days=14)
SHOWN_STATUSES = (Status.BOOKED, Status.ARRIVED, Status.COMPLETED, Status.CANCELLED, Status.NO_SHOW)


def collect(now: datetime) -> Iterator[Gauge]:
    """Yield the gauges of the core. The number of queries does not depend on what is stored."""
    yield from _outbox(now)
    yield from _appointments(now)
    yield single_time(
        "clinic_worker_seen_timestamp_seconds", "When a worker was last seen.", last_heartbeat()
    )
    yield from _jobs(now)


def _outbox(now: datetime) -> Iterator[Gauge]:
    """Yield how many mails wait, are undeliverable or refused, and since when one is due."""
    due = Q(due_at__lte=now)
    waiting = Notification.objects.waiting().aggregate(
        due=Count("pk", filter=due),
        later=Count("pk", filter=~due),
        refused=Count("pk", filter=Q(failure__in=Notification.REFUSALS)),
        oldest=Min("due_at", filter=due),
    )
    states = {"due": waiting["due"], "later": waiting["later"], "refused": waiting["refused"]}
    states["undeliverable"] = Notification.objects.undeliverable().count()
    yield Gauge(
        "clinic_mails",
        "Mails in the outbox by state; refused ones are also due or later.",
        [({"state": state}, count) for state, count in states.items()],
    )
    oldest = waiting["oldest"]
    yield single(
        "clinic_oldest_due_mail_seconds",
        "How long the oldest mail that is due has been waiting.",
        (now - oldest).total_seconds() if oldest else 0,
    )
    status = MailServerState.objects.values_list("status", flat=True).first()
    yield Gauge(
        "clinic_mail_server",
        "1 for the state of the mail server.",
        [
            ({"state": state}, float(state == (status or MailServerState.Status.OK)))
            for state in MailServerState.Status.values
        ],
    )


def _appointments(now: datetime) -> Iterator[Gauge]:
    coming = Appointment.objects.filter(starts_at__gte=now, starts_at__lt=now + COMING_DAYS)
    counts = dict(coming.order_by().values_list("status").annotate(number=Count("pk")))
    yield Gauge(
        "clinic_coming_appointments",
        f"Appointments of the next {COMING_DAYS.days} days by status.",
        [({"status": status}, counts.get(status, 0)) for status in SHOWN_STATUSES],
    )
    held = Appointment.objects.filter(status=Status.HOLD, hold_expires_at__gt=now)
    yield single("clinic_live_holds", "Times that visitors hold now.", held.count())


def _jobs(now: datetime) -> Iterator[Gauge]:
    states = job_states(now)
    rows = [(state.name, state.row) for state in states if state.row is not None]
    yield Gauge(
        "clinic_job_success_timestamp_seconds",
        "Start of the last run of a scheduled job that ended well.",
        [
            ({"job": name}, row.succeeded_at.timestamp())
            for name, row in rows
            if row.succeeded_at is not None
        ],
    )
    yield Gauge(
        "clinic_job_failures",
        "How often in a row a scheduled job has failed.",
        [({"job": name}, row.failures) for name, row in rows],
    )
    yield single(
        "clinic_late_jobs",
        "Scheduled jobs that are long due and that nobody runs.",
        sum(state.is_late for state in states),
    )
