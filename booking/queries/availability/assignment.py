"""Who takes a slot that several could take."""

from booking.engine.assignment import Candidate, choose_therapist
from booking.engine.slots import Slot
from booking.queries.availability.slots import Availability
from booking.queries.availability.workload import booked_minutes_that_week
from clinic.lib.dates.epoch import from_minutes


def who_takes(availability: Availability, slot: Slot) -> int:
    """The therapist of the slot; where several could take it, the fairest choice."""
    if len(slot.therapists) == 1:
        return slot.therapists[0]
    booked = booked_minutes_that_week(
        slot.therapists, from_minutes(slot.start), availability.clinic.zone
    )
    candidates = [
        Candidate(diary.therapist, booked.get(diary.therapist, 0), diary.open - diary.busy)
        for diary in availability.question.diaries
        if diary.therapist in slot.therapists
    ]
    return choose_therapist(slot.start, availability.session, candidates)
