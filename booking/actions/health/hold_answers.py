"""Attach, move and delete the answers that were given for a hold."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from booking.actions.actor import Actor
from booking.actions.audit.record import Action, AuditObject, ObjectType, record_audit
from booking.actions.holds.resize_hold import resize_hold
from booking.actions.locks import lock_resources, write_action, write_transaction
from booking.errors import NotEnoughTime
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile, Patient, Screening
from booking.queries.availability.schedule_spans import suitable_room_ids
from booking.queries.health.accommodations import total_extra_minutes
from booking.queries.health.status import readable_record
from booking.screening.outcomes import Outcome
from clinic.lib.compiled_queries import compiled_query
from clinic.lib.dates import clock

DOCTOR_ANSWERS_KEPT_FOR = timedelta(days=30)
"""How long answers with the outcome DOCTOR are kept after they were given, if nothing is booked."""
UNBOOKED_STATUSES = (Status.HOLD, Status.EXPIRED, Status.CANCELLED)


def attach_answers_to_patient(appointment: Appointment, patient: Patient, *, by: Actor) -> None:
    """Attach the answers of an appointment to the patient for whom it is booked.

    The audit trail gets an entry now, as answers are given before name and address.
    """
    appointment.screenings.update(patient=patient, keep_until=None)
    for public_id in _public_ids_of_answers(appointment.pk):
        answers = AuditObject(ObjectType.ANSWERS, public_id, patient.pk, patient.email)
        record_audit(Action.WROTE, answers, by=by)


@compiled_query
def _public_ids_of_answers(appointment: int) -> "QuerySet[Screening, UUID]":
    return Screening.objects.filter(appointment=appointment).values_list("public_id", flat=True)


@write_action
def delete_hold_answers(hold: Appointment) -> None:
    """Delete the answers for a hold, of somebody in a crisis."""
    with write_transaction():
        hold.screenings.filter(patient__isnull=True).delete()


@write_action
def move_answers(old_hold: Appointment, new_hold: Appointment) -> None:
    """Move the answers of an earlier hold to a new one of the same browser.

    A STOP, or answers that cannot be decrypted, are not moved, so that those questions are asked
    again. The new hold is lengthened for accommodations if there is time.
    """
    if old_hold.pk == new_hold.pk or old_hold.status not in UNBOOKED_STATUSES or old_hold.booked_at:
        return
    with write_transaction():
        lock_resources(
            therapists=[new_hold.therapist_id],
            rooms={new_hold.room_id, *suitable_room_ids(new_hold.option.treatment)},
        )
        row = old_hold.screenings.select_related("appointment").last()
        if row is None or new_hold.screenings.exists():
            return
        record = readable_record(row)
        if record is None or record.screening_result.outcome == Outcome.STOP:
            return
        row.appointment = new_hold
        row.record_json = record.for_appointment(str(new_hold.public_id)).to_json()
        row.save(update_fields=["appointment", "record_json"])
        _extend_for_accommodations(new_hold, record.preferences.accommodations, clock.now())


def _extend_for_accommodations(
    hold: Appointment, accommodations: Sequence[str], now: datetime
) -> None:
    try:
        clinic = ClinicProfile.objects.get()
        resize_hold(hold, total_extra_minutes(accommodations), clinic=clinic, now=now)
    except NotEnoughTime:
        return


def delete_expired_answers(now: datetime) -> int:
    """Delete answers of people who did not book and whose retention period is over.

    Answers for which a doctor must be asked are kept for DOCTOR_ANSWERS_KEPT_FOR, and so are those
    that cannot be decrypted now. Returns the number of screenings deleted.
    """
    rows = Screening.objects.filter(patient__isnull=True, keep_until__lte=now)
    kept = rows.filter(answered_at__gt=now - DOCTOR_ANSWERS_KEPT_FOR).select_related("appointment")
    for row in kept:
        if _waits_for_doctor(row):
            keep_for_doctor(row)
    return rows.delete()[1].get("booking.Screening", 0)


def keep_for_doctor(row: Screening) -> None:
    """Keep the answers of somebody who has not booked for DOCTOR_ANSWERS_KEPT_FOR."""
    Screening.objects.filter(pk=row.pk, patient__isnull=True).update(
        keep_until=row.answered_at + DOCTOR_ANSWERS_KEPT_FOR
    )
    row.refresh_from_db(fields=["keep_until"])


def _waits_for_doctor(row: Screening) -> bool:
    record = readable_record(row)
    return record is None or record.screening_result.outcome == Outcome.DOCTOR
