"""Delete time off and closures. No appointment is affected, so there is nothing to confirm."""

from booking.actions.audit.record import Action, AuditObject, ObjectType, record_audit
from booking.actions.locks import lock_resources, write_action, write_transaction
from booking.models import Closure, TimeOff, User


@write_action
def cancel_time_off(time_off: TimeOff, *, whole_series: bool = False) -> int:
    """Delete one time off, or with `whole_series` also the later ones of its series.

    Returns how many were deleted: 0 if it was gone already.
    """
    with write_transaction():
        lock_resources(therapists=[time_off.therapist_id])
        rows = TimeOff.objects.filter(therapist=time_off.therapist_id)
        if whole_series and time_off.series is not None:
            rows = rows.filter(series=time_off.series, starts_at__gte=time_off.starts_at)
        else:
            rows = rows.filter(pk=time_off.pk)
        number = rows.delete()[0]
        if number:
            _record(time_off.therapist.user, "TimeOff", time_off.therapist.name)
        return number


@write_action
def cancel_closure(closure: Closure) -> None:
    """Delete a closure, if it still exists."""
    with write_transaction():
        if Closure.objects.filter(pk=closure.pk).delete()[0]:
            _record(None, "Closure", "")


def _record(owner: User | None, kind: str, therapist: str) -> None:
    details = {"kind": kind, "therapist": therapist}
    record_audit(
        Action.DELETED, AuditObject(ObjectType.SCHEDULE, affected_user=owner, details=details)
    )
