"""Star a treatment, length and therapist, and take the star away."""

from booking.access.proxies import Permission
from booking.actions.acting import require_may_act
from booking.actions.actor import Actor
from booking.actions.audit.record import Action, patient_object, record_audit
from booking.actions.locks import write_action, write_transaction
from booking.actions.patients.lock_patient import lock_patient
from booking.errors import NotAllowed
from booking.models import Favorite, Option, Patient, Therapist
from clinic.lib.dates import clock

MAX_FAVORITES = 5


@write_action
def star(patient: Patient, option: Option, therapist: Therapist, *, by: Actor) -> None:
    """Star a treatment, length and therapist, which makes it the newest favorite.

    Of more than MAX_FAVORITES, the oldest are deleted. It is no refusal, which would tell a proxy
    about favorites that they do not see. Raises NotAllowed, or MayNotActForPatient for a proxy who
    may not book.
    """
    with write_transaction():
        row = _lock_own(patient, by)
        favorites = Favorite.objects.filter(patient=row)
        favorites.filter(option=option, therapist=therapist).delete()
        Favorite.objects.create(
            patient=row, option=option, therapist=therapist, starred_at=clock.now()
        )
        kept = list(favorites.values_list("pk", flat=True)[:MAX_FAVORITES])
        favorites.exclude(pk__in=kept).delete()
        record_audit(Action.CHANGED, patient_object(row, fields=["favorites"]), by=by)


@write_action
def unstar(patient: Patient, option: Option, therapist: Therapist, *, by: Actor) -> None:
    """Take a star away. Does nothing without one. Raises NotAllowed or MayNotActForPatient."""
    with write_transaction():
        row = _lock_own(patient, by)
        found = Favorite.objects.filter(patient=row, option=option, therapist=therapist)
        if found.delete()[0]:
            record_audit(Action.CHANGED, patient_object(row, fields=["favorites"]), by=by)


def _lock_own(patient: Patient, by: Actor) -> Patient:
    """Return the record, locked: the actor's own, or that for which they act and may book."""
    require_may_act(by, Permission.BOOK)
    row = lock_patient(patient)
    acts_for = by.for_patient.pk if by.for_patient is not None else None
    is_own = acts_for is None and by.user is not None and row.user_id == by.user.pk
    if not is_own and acts_for != patient.pk:
        raise NotAllowed()
    return row
