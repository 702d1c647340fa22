"""The texts that a patient has written for an appointment."""

from booking.models import Appointment
from booking.queries.health.status import readable_record


def all_texts(appointment: Appointment) -> str:
    """Return the note and the free texts of the health questions, one per line. One query."""
    texts = [appointment.patient_note]
    record = readable_record(appointment.screenings.last())
    if record is not None:
        texts += [*record.answer_set.free_texts.values(), record.preferences.areas_to_avoid]
    return "\n".join(filter(None, texts))
