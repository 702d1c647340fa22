"""Why patients cannot be asked about another time, on the preview of a change."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.models import Appointment, ClinicProfile
from booking.queries.appointments.move_proposals import has_time_to_answer, is_reached_by_mail
from booking.queries.availability.proposals import Proposal

NO_MAIL = _("no mail reaches them")
NO_PLACE = _("there is no other place to propose")
TOO_SOON = _("there is not enough time left to answer")
ONLY_ROOM = _("time and therapist can stay the same, only the room changes")


def find_ask_obstacles(
    affected: Sequence[Appointment],
    proposals: Mapping[int, Sequence[Proposal]],
    clinic: ClinicProfile,
    now: datetime,
) -> dict[int, Promise]:
    """Return why patients cannot be asked, by the primary key of the appointment. No query.

    Those who can be asked about one of the proposals are left out.
    """
    reasons = {}
    for row in affected:
        places = proposals.get(row.pk, ())
        if not any(place.can_ask for place in places):
            reasons[row.pk] = _obstacle(row, places, clinic, now)
    return reasons


def _obstacle(
    row: Appointment, places: Sequence[Proposal], clinic: ClinicProfile, now: datetime
) -> Promise:
    if not is_reached_by_mail(row.patient):
        return NO_MAIL
    if not places:
        return NO_PLACE
    if not any(has_time_to_answer(row, place.starts_at, clinic, now) for place in places):
        return TOO_SOON
    return ONLY_ROOM
