"""Whether a patient's record is restricted, and requests for it that staff have not answered."""

from django.db.models import QuerySet

from booking.access.roles import Ability, AnyUser, has_ability
from booking.models import Patient, Restriction


def open_restriction_requests() -> QuerySet[Restriction]:
    """Return the requests that staff have neither carried out nor declined, the oldest first."""
    return Restriction.objects.filter(withdrawn_at=None, declined_at=None, started_at=None)


def open_restriction_request_of(patient: Patient) -> Restriction | None:
    """Return the open request of a patient, or None. One query."""
    return open_restriction_requests().filter(patient=patient).first()


def visible_restriction_requests(user: AnyUser) -> QuerySet[Restriction]:
    """Return the open requests if the user may see every patient's contact data, else none."""
    if not has_ability(user, Ability.ALL_CONTACTS):
        return Restriction.objects.none()
    return open_restriction_requests().select_related("patient")


def current_restrictions(patient: Patient) -> QuerySet[Restriction]:
    """Return the restrictions that have begun and were not lifted; a merge can leave two."""
    return patient.restrictions.exclude(started_at=None).filter(lifted_at=None)
