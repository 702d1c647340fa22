"""Open requests for erasure."""

from django.db.models import QuerySet

from booking.access.roles import Ability, AnyUser, has_ability
from booking.models import ErasureRequest, Patient


def open_requests() -> QuerySet[ErasureRequest]:
    """Return the requests that staff have not carried out, the oldest first."""
    return ErasureRequest.objects.filter(withdrawn_at=None, done_at=None)


def open_request_of(patient: Patient) -> ErasureRequest | None:
    """Return the open request of a patient, or None. One query."""
    return open_requests().filter(patient=patient).first()


def visible_requests(user: AnyUser) -> QuerySet[ErasureRequest]:
    """Return the open requests if the user may see every patient's contact data, else none."""
    if not has_ability(user, Ability.ALL_CONTACTS):
        return ErasureRequest.objects.none()
    return open_requests().select_related("patient")
