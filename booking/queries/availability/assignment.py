"""Assign a therapist to a slot."""

from booking.engine.assignment import Candidate, choose_therapist
from booking.engine.slots import Slot
from booking.queries.availability.slots import Availability
from booking.queries.availability.workload import booked_minutes_in_week
from clinic.lib.dates.epoch import from_minutes


def assign_therapist(availability: Availability, slot: Slot) -> int:
    """Return the slot's therapist (pk); of several, the one engine.assignment chooses."""
    if len(slot.therapists) == 1:
        return slot.therapists[0]
    booked = booked_minutes_in_week(
        slot.therapists, from_minutes(slot.start), availability.clinic.zone
    )
    candidates = [
        Candidate(
            calendar.therapist, booked.get(calendar.therapist, 0), calendar.open - calendar.busy
        )
        for calendar in availability.slot_query.calendars
        if calendar.therapist in slot.therapists
    ]
    return choose_therapist(slot.start, availability.session, candidates)
