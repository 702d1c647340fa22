"""Shared by phone bookings and moves by staff: locks, overrides, expired holds."""

from collections.abc import Collection, Iterable
from datetime import datetime

from booking.actions.holds.expire_holds import expire_overlapping_holds
from booking.actions.locks import lock_resources
from booking.errors import OptionNotOfferedByTherapist, OverrideRequired
from booking.inputs import StaffSlotRequest
from booking.models import Appointment, ClinicProfile, Option, Therapist, Treatment
from booking.queries.availability.schedule_spans import suitable_room_ids
from booking.queries.availability.staff_places import (
    StaffPlace,
    find_staff_place,
    unaccepted_overrides,
)


def lock_requested(
    slot_request: StaffSlotRequest, *, therapists: Iterable[int] = (), rooms: Iterable[int] = ()
) -> None:
    """Lock the requested therapist and rooms, and those given.

    Raises OptionNotOfferedByTherapist if the option or the therapist does not exist.
    """
    option = Option.objects.select_related("treatment").filter(pk=slot_request.option).first()
    therapist = Therapist.objects.filter(slug=slot_request.therapist).first()
    if option is None or therapist is None:
        raise OptionNotOfferedByTherapist()
    lock_resources(
        therapists={therapist.pk, *therapists},
        rooms={*suitable_room_ids(option.treatment), *rooms},
    )


def requested_treatment(slot_request: StaffSlotRequest) -> Treatment:
    """Return the treatment of the requested option. Raises OptionNotOfferedByTherapist."""
    treatment = Treatment.objects.filter(options=slot_request.option).first()
    if treatment is None:
        raise OptionNotOfferedByTherapist()
    return treatment


def claim_staff_place(
    slot_request: StaffSlotRequest,
    clinic: ClinicProfile,
    *,
    now: datetime,
    accepted_overrides: Collection[str],
    excluding: Appointment | None = None,
    may_be_past: bool = False,
) -> StaffPlace:
    """Find the requested place and expire lapsed holds that overlap it.

    Raises OverrideRequired if it breaks rules that are not in `accepted_overrides`, and whatever
    find_staff_place raises.
    """
    place = find_staff_place(
        slot_request, clinic, now=now, excluding=excluding, may_be_past=may_be_past
    )
    unaccepted = unaccepted_overrides(place, accepted_overrides)
    if unaccepted:
        raise OverrideRequired(unaccepted)
    expire_overlapping_holds(
        [place.therapist.pk],
        [place.room],
        starts_at=place.starts_at,
        blocked_until=place.blocked_until,
        now=now,
    )
    return place
