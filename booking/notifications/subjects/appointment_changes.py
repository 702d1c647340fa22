"""What is said when an appointment changes. Called by actions, in their transaction.

Each key is made of the event in the history and the kind: the same event is told once.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from booking.models import Appointment, AppointmentEvent, ClinicProfile, Notification, Therapist
from booking.notifications.outbox import GIVE_UP_AFTER, build, enqueue_all
from booking.notifications.subjects.reminders import build_reminders
from clinic.lib.dates import clock

EventKind = AppointmentEvent.Kind


def notify_booked(appointment: Appointment, event: AppointmentEvent | None = None) -> None:
    """Booked, or booked again after a cancellation was taken back. Plans the reminders; tells
    the staff if it is for today."""
    told = event or _last_event(appointment, EventKind.BOOKED, EventKind.RESTORED)
    clinic = ClinicProfile.objects.get()
    kind = "restored" if told.kind == EventKind.RESTORED else "booked"
    enqueue_all(
        [
            *_build_for_patient(kind, appointment, told),
            *build_reminders(appointment, clinic),
            *_build_for_staff(appointment, told, clinic),
        ]
    )


def notify_moved(appointment: Appointment, event: AppointmentEvent) -> None:
    """Moved: one message with the new time and the old one; reminders of the new time."""
    was = _previous_start(event)
    message = _build_for_patient("moved", appointment, event, was=was.isoformat() if was else "")
    enqueue_all([*message, *build_reminders(appointment, ClinicProfile.objects.get())])


def notify_cancelled(
    appointment: Appointment, event: AppointmentEvent, *, by_staff: bool, words: str = ""
) -> None:
    """Cancelled. `words` are a sentence of the staff meant for the patient: a patient's own
    reason never goes into a mail. Reminders see for themselves when they are due."""
    said = words if by_staff else ""
    enqueue_all(_build_for_patient("cancelled", appointment, event, by_staff=by_staff, words=said))


def notify_staff_of_change(appointment: Appointment, event: AppointmentEvent) -> None:
    """A change of the present day: to the clinic's address and the therapist's, and to the
    therapist it moved away from. Not to whoever did it."""
    enqueue_all(_build_for_staff(appointment, event, ClinicProfile.objects.get()))


def _build_for_staff(
    appointment: Appointment, event: AppointmentEvent, clinic: ClinicProfile
) -> list[Notification]:
    was = _previous_start(event)
    starts = [appointment.starts_at, *([was] if was else [])]
    if appointment.ends_at <= clock.now() or _clinic_today(clinic) not in _clinic_dates(
        starts, clinic
    ):
        return []
    told: dict[str, tuple[str, str]] = {}
    if event.actor_type != AppointmentEvent.ActorType.STAFF:
        told[clinic.email.lower()] = ("clinic", clinic.name)
    for therapist in _affected_therapists(appointment, event):
        user = therapist.user
        if user is not None and user.is_active and user.pk != event.user_id:
            told.setdefault(user.email.lower(), (str(therapist.pk), therapist.name))
    return [
        build(
            "staff_change",
            key=f"staff_change:{event.pk}:{who}",
            to=email,
            to_name=name,
            appointment=appointment,
            data={"what": event.kind, "was": was.isoformat() if was else ""},
            give_up_at=max(appointment.ends_at, clock.now() + timedelta(hours=1)),
        )
        for email, (who, name) in told.items()
    ]


def _build_for_patient(
    kind: str, appointment: Appointment, event: AppointmentEvent, **data: Any
) -> list[Notification]:
    """Nothing about the past, and nothing to somebody without an address."""
    patient, now = appointment.patient, clock.now()
    if patient is None or not patient.email or appointment.ends_at <= now:
        return []
    return [
        build(
            kind,
            key=f"{kind}:{event.pk}",
            to=patient.email,
            to_name=patient.name,
            appointment=appointment,
            data=data,
            give_up_at=min(now + GIVE_UP_AFTER, appointment.ends_at),
        )
    ]


def _last_event(appointment: Appointment, *kinds: EventKind) -> AppointmentEvent:
    event = appointment.events.filter(kind__in=kinds).order_by("pk").last()
    if event is None:
        raise LookupError("What is told must have happened: record the event first.")
    return event


def _previous_start(event: AppointmentEvent) -> datetime | None:
    """The start before a move, as the history keeps it."""
    before: Mapping[str, Any] = event.details.get("from") or {}
    written = before.get("starts_at")
    return datetime.fromisoformat(written) if written else None


def _affected_therapists(appointment: Appointment, event: AppointmentEvent) -> list[Therapist]:
    before: Mapping[str, Any] = event.details.get("from") or {}
    concerned = [appointment.therapist_id or 0, before.get("therapist") or 0]
    return list(Therapist.objects.filter(pk__in=concerned).select_related("user").order_by("pk"))


def _clinic_today(clinic: ClinicProfile) -> date:
    return clock.now().astimezone(clinic.zone).date()


def _clinic_dates(instants: list[datetime], clinic: ClinicProfile) -> set[date]:
    return {instant.astimezone(clinic.zone).date() for instant in instants}
