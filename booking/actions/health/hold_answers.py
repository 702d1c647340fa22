"""What becomes of answers: they go along to another time, stay with a booking, or are deleted."""

from collections.abc import Sequence
from datetime import datetime

from booking.actions.holds.resize_hold import resize_hold
from booking.actions.locks import reserve, write_action, write_transaction
from booking.errors import NotEnoughTime
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile, Screening
from booking.queries.availability.schedule_spans import suitable_room_ids
from booking.queries.health.accommodations import total_extra_minutes
from booking.queries.health.status import decrypt_record
from booking.screening.outcomes import Outcome
from clinic.lib.dates import clock

UNBOOKED_STATUSES = (Status.HOLD, Status.EXPIRED, Status.CANCELLED)


def attach_answers_to_patient(appointment: Appointment) -> None:
    """The answers belong to the patient now, and stay with the appointment."""
    appointment.screenings.update(patient=appointment.patient, keep_until=None)


@write_action
def delete_hold_answers(hold: Appointment) -> None:
    """Somebody who is booking says that they cannot go on: nothing of theirs is kept."""
    with write_transaction():
        hold.screenings.filter(patient__isnull=True).delete()


@write_action
def move_answers(earlier: Appointment, fresh: Appointment) -> None:
    """The same browser holds another time: what it answered goes along.

    A STOP does not: those questions are asked again. Where there is no time for what makes the
    appointment longer, it stays as long as usual.
    """
    if earlier.pk == fresh.pk or earlier.status not in UNBOOKED_STATUSES or earlier.booked_at:
        return
    with write_transaction():
        reserve(
            therapists=[fresh.therapist_id],
            rooms={fresh.room_id, *suitable_room_ids(fresh.option.treatment)},
        )
        row = earlier.screenings.select_related("appointment").last()
        if row is None or fresh.screenings.exists():
            return
        record = decrypt_record(row)
        if record.screening_result.outcome == Outcome.STOP:
            return
        row.appointment = fresh
        row.sealed = record.moved_to(str(fresh.public_id)).to_json()
        row.save(update_fields=["appointment", "sealed"])
        _extend_for_accommodations(fresh, record.wishes.comforts, clock.now())


def _extend_for_accommodations(fresh: Appointment, comforts: Sequence[str], now: datetime) -> None:
    try:
        clinic = ClinicProfile.objects.get()
        resize_hold(fresh, total_extra_minutes(comforts), clinic=clinic, now=now)
    except NotEnoughTime:
        return


def delete_expired_answers(now: datetime) -> int:
    """Answers of people who did not book: after a day, or after 30 when a doctor is asked."""
    rows = Screening.objects.filter(patient__isnull=True, keep_until__lte=now)
    return rows.delete()[1].get("booking.Screening", 0)
