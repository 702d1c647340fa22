"""What every placing by staff has in common: locks, lapsed holds, rules knowingly broken."""

from collections.abc import Collection, Iterable
from datetime import datetime

from booking.actions.holds.expire_holds import expire_holds_in_the_way
from booking.actions.locks import lock_rooms, lock_therapists
from booking.errors import NeedsOverride, NotGiven
from booking.inputs import StaffWish
from booking.models import Appointment, ClinicProfile, Option, Therapist, Treatment
from booking.queries.availability.schedule_spans import room_ids
from booking.queries.availability.staff_places import StaffPlace, find_staff_place, not_accepted


def lock_for(wish: StaffWish, *, therapists: Iterable[int] = (), rooms: Iterable[int] = ()) -> None:
    """Lock the therapist and the rooms of a wish, and those of where it is now. Or NotGiven."""
    option = Option.objects.select_related("treatment").filter(pk=wish.option).first()
    therapist = Therapist.objects.filter(slug=wish.therapist).first()
    if option is None or therapist is None:
        raise NotGiven()
    lock_therapists({therapist.pk, *therapists})
    lock_rooms({*room_ids(option.treatment), *rooms})


def treatment_of(wish: StaffWish) -> Treatment:
    """What the wish is for. Raises NotGiven."""
    found = Treatment.objects.filter(options=wish.option).first()
    if found is None:
        raise NotGiven()
    return found


def take_place(
    wish: StaffWish,
    clinic: ClinicProfile,
    *,
    now: datetime,
    accepted: Collection[str],
    ignoring: Appointment | None = None,
) -> StaffPlace:
    """The place, with lapsed holds out of its way. Raises NeedsOverride unless all that it is
    against is accepted, and whatever find_staff_place does."""
    place = find_staff_place(wish, clinic, now=now, ignoring=ignoring)
    missing = not_accepted(place, accepted)
    if missing:
        raise NeedsOverride(missing)
    expire_holds_in_the_way(
        [place.therapist.pk],
        [place.room],
        starts_at=place.starts_at,
        frees_at=place.frees_at,
        now=now,
    )
    return place
