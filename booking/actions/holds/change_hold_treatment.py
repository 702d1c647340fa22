"""Another treatment takes a held time: a gentler one, which is open to this patient."""

from booking.actions.actor import Actor
from booking.actions.appointments.lock_appointment import CHANGES, locked
from booking.actions.holds.hold_slot import DOUBLE_BOOKINGS
from booking.actions.holds.resize_hold import free_lapsed
from booking.actions.locks import lock_rooms, lock_therapists, one_at_a_time
from booking.actions.rate_limit import spend_by
from booking.constraints import refusing
from booking.errors import (
    HoldExpired,
    OptionNotOffered,
    QuestionsNotAnswered,
    SlotTaken,
    TreatmentClosed,
)
from booking.models import Appointment, ClinicProfile, Offer, Option
from booking.queries.availability.gentler_options import place_with
from booking.queries.availability.rescheduling import Place
from booking.queries.availability.schedule_spans import room_ids
from booking.queries.health.accommodations import extra_minutes
from booking.queries.health.status import standing_of
from clinic.lib.dates import clock

FIELDS = ("option", "therapist", "room", "ends_at", "frees_at", "price")


def take_gentler(hold: Appointment, option: int, *, by: Actor) -> Appointment:
    """Put another treatment, one that is open to this patient, into the held time.

    With the same therapist if they give it and are free. Raises HoldExpired, OptionNotOffered,
    QuestionsNotAnswered, TreatmentClosed or SlotTaken.
    """
    spend_by(CHANGES, by)
    clinic = ClinicProfile.objects.get()
    wanted = Option.objects.select_related("treatment").filter(pk=option).first()
    if wanted is None:
        raise OptionNotOffered()
    with refusing(DOUBLE_BOOKINGS), one_at_a_time():
        therapists = [*_who_give(wanted), hold.therapist_id]
        lock_therapists(therapists)
        rooms = {hold.room_id, *room_ids(wanted.treatment)}
        lock_rooms(rooms)
        row, now = locked(hold), clock.now()
        if not row.holds_at(now):
            raise HoldExpired()
        standing = standing_of(row, now)
        if standing.record is None:
            raise QuestionsNotAnswered()
        if not standing.still_open(wanted.treatment.touch):
            raise TreatmentClosed()
        free_lapsed(row, therapists, rooms, now)
        extra = extra_minutes(standing.record.wishes.comforts)
        place = place_with(row, wanted, extra=extra, clinic=clinic, now=now)
        if place is None:
            raise SlotTaken()
        _put(row, wanted, place)
    return row


def _who_give(option: Option) -> list[int]:
    return list(Offer.objects.filter(option=option).values_list("therapist", flat=True))


def _put(row: Appointment, option: Option, place: Place) -> None:
    row.option, row.therapist, row.room_id = option, place.therapist, place.room
    row.ends_at, row.frees_at, row.price = place.ends_at, place.frees_at, place.price
    row.save(update_fields=FIELDS)
