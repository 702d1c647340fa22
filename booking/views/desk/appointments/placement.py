"""Texts shared by moving and booking at the desk: places, refusals and warnings."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from booking.access.scope import visible_appointments
from booking.errors import Refusal, TherapistBusy
from booking.inputs import StaffSlotRequest
from booking.lifecycle import Override, Status
from booking.models import Appointment, ClinicProfile, User
from booking.queries.availability.staff_places import StaffPlace
from clinic.lib.dates import clock, date_format


def explain_refusal(refusal: Refusal, user: User | AnonymousUser, clinic: ClinicProfile) -> str:
    """Return why a place was refused, with who is in the way if the user may see them."""
    if not isinstance(refusal, TherapistBusy):
        return str(refusal)
    other: Appointment = refusal.conflicting_appointment
    if other.proposed_for is not None:
        return _("That time is held for a patient who is asked about it. Nothing was changed.")
    if other.status == Status.HOLD:
        return _("Somebody is booking that time online at this moment. Nothing was changed.")
    if not visible_appointments(user, clock.now()).filter(pk=other.pk).exists():
        return str(refusal)
    return _(
        "%(patient)s is booked from %(start)s to %(end)s, and the room is ready again at "
        "%(free)s. Nothing was changed."
    ) % {
        "patient": other.patient,
        "start": date_format.local_time(other.starts_at, clinic.zone),
        "end": date_format.local_time(other.ends_at, clinic.zone),
        "free": date_format.local_time(other.blocked_until, clinic.zone),
    }


def override_keys(slot_request: StaffSlotRequest) -> Mapping[Override, str]:
    """Return what confirms each override, of this very start and therapist and no other."""
    place = f"{slot_request.start.isoformat()}@{slot_request.therapist}"
    return {override: f"{override.value}@{place}" for override in Override}


def override_warnings(
    overrides: Collection[str], therapist: str, start: datetime, clinic: ClinicProfile
) -> list[str]:
    """Return a sentence for each booking rule that a place breaks."""
    sentences = {
        Override.OUTSIDE_HOURS: _("%(name)s does not work at that time.") % {"name": therapist},
        Override.PAST: _(
            "%(when)s has passed. It is entered as a visit that took place, marked as entered "
            "afterwards, and nobody gets a mail about it."
        )
        % {"when": date_format.short_datetime(start, clinic.zone)},
    }
    return [sentences[Override(override)] for override in overrides]


def format_place(place: StaffPlace | Appointment, clinic: ClinicProfile) -> str:
    """Format a place like "Tue 1 Dec, 5:30 pm to 6:30 pm"."""
    return _("%(day)s, %(start)s to %(end)s") % {
        "day": date_format.short_day(clinic.local_date(place.starts_at)),
        "start": date_format.local_time(place.starts_at, clinic.zone),
        "end": date_format.local_time(place.ends_at, clinic.zone),
    }
