"""Change the treatment of a hold to one that the health screening allows."""

from booking.actions.actor import Actor
from booking.actions.appointments.lock_appointment import CHANGE_LIMIT, lock_open_hold
from booking.actions.holds.holding_limits import lock_holding_limits, require_may_hold
from booking.actions.holds.resize_hold import expire_holds_after_start
from booking.actions.locks import lock_resources, write_action, write_transaction
from booking.actions.rate_limit import count_use_by_actor
from booking.errors import (
    HoldExpired,
    OptionNotOffered,
    QuestionsNotAnswered,
    SlotTaken,
    TreatmentNotSuitable,
)
from booking.models import Appointment, ClinicProfile, Offer, Option
from booking.queries.availability.gentler_options import find_place_for
from booking.queries.availability.rescheduling import AppointmentPlace
from booking.queries.availability.schedule_spans import suitable_room_ids
from booking.queries.health.accommodations import total_extra_minutes
from booking.queries.health.status import health_status_of
from clinic.lib.dates import clock

CHANGED_FIELDS = ("option", "therapist", "room", "ends_at", "blocked_until", "price")


@write_action
def change_hold_treatment(hold: Appointment, option: int, *, by: Actor) -> Appointment:
    """Change the option of a hold to `option`, a primary key, and return the hold. The start stays.

    The therapist stays if they offer the option and are free. Raises InvalidState for anything but
    a hold, HoldExpired, OptionNotOffered, QuestionsNotAnswered, TreatmentNotSuitable or SlotTaken,
    and for a longer treatment what `require_may_hold` raises.
    """
    count_use_by_actor(CHANGE_LIMIT, by)
    clinic = ClinicProfile.objects.get()
    new_option = Option.objects.select_related("treatment").filter(pk=option).first()
    if new_option is None:
        raise OptionNotOffered()
    with write_transaction():
        therapists = [*_therapists_offering(new_option), hold.therapist_id]
        rooms = {hold.room_id, *suitable_room_ids(new_option.treatment)}
        lock_resources(therapists=therapists, rooms=rooms)
        lock_holding_limits(by)
        row, now = lock_open_hold(hold), clock.now()
        if not row.is_active_hold(now):
            raise HoldExpired()
        health_status = health_status_of(row, now)
        if health_status.record is None:
            raise QuestionsNotAnswered()
        if not health_status.allows_pressure(new_option.treatment.pressure):
            raise TreatmentNotSuitable()
        expire_holds_after_start(row, therapists, rooms, now)
        extra = total_extra_minutes(health_status.record.preferences.accommodations)
        place = find_place_for(row, new_option, extra=extra, clinic=clinic, now=now)
        if place is None:
            raise SlotTaken()
        is_longer = place.blocked_until > row.blocked_until
        _apply_place(row, new_option, place)
        if is_longer:
            require_may_hold(row, by=by, clinic=clinic, now=now)
    return row


def _therapists_offering(option: Option) -> list[int]:
    return list(Offer.objects.filter(option=option).values_list("therapist", flat=True))


def _apply_place(row: Appointment, option: Option, place: AppointmentPlace) -> None:
    row.option, row.therapist, row.room_id = option, place.therapist, place.room
    row.ends_at, row.blocked_until, row.price = place.ends_at, place.blocked_until, place.price
    row.save(update_fields=CHANGED_FIELDS)
