"""The texts that a patient has written for an appointment, and whether one must be read at once.

A new free text of patients belongs here: what is stored with it in `appointment_texts`,
what is part of the health answers in `answer_texts`.
"""

from booking.models import Appointment
from booking.queries.health.status import readable_record
from booking.queries.health.used_answers import used_answers_q
from booking.screening.records import ScreeningRecord
from clinic.lib.text.despair import mentions_despair


def appointment_texts(appointment: Appointment) -> list[str]:
    """Return the texts that are stored with the appointment itself, if they may be used.

    No query.
    """
    return [] if appointment.are_notes_restricted else [appointment.patient_note]


def joined_texts(appointment: Appointment, record: ScreeningRecord | None = None) -> str:
    """Return the texts of the appointment and of its health answers, one per line.

    `record` are the answers if they are decrypted already; otherwise one query.
    """
    texts = appointment_texts(appointment)
    if record is None:
        record = readable_record(appointment.screenings.filter(used_answers_q()).last())
    if record is not None:
        texts += answer_texts(record)
    return "\n".join(filter(None, texts))


def answer_texts(record: ScreeningRecord) -> list[str]:
    """Return the free texts of health answers. No query."""
    return [*record.answer_set.free_texts.values(), record.preferences.areas_to_avoid]


def is_urgent(appointment: Appointment, *, record: ScreeningRecord | None = None) -> bool:
    """Return whether any text of the patient mentions despair. Arguments as of `joined_texts`."""
    return mentions_despair(joined_texts(appointment, record))


def has_urgent_appointment_text(appointment: Appointment) -> bool:
    """Return the same without the health answers, which a list has in its briefs. No query."""
    return mentions_despair("\n".join(appointment_texts(appointment)))
