"""Time that had been taken away is free again: nobody loses anything, so nothing is asked."""

from booking.actions.locks import reserve, write_action, write_transaction
from booking.models import Closure, TimeOff


@write_action
def cancel_time_off(time_off: TimeOff, *, whole_series: bool = False) -> int:
    """Take time off back, alone or with all the others of its series that are still to come.

    Returns how many there were; taking back what is gone already is no fault.
    """
    with write_transaction():
        reserve(therapists=[time_off.therapist_id])
        rows = TimeOff.objects.filter(therapist=time_off.therapist_id)
        if whole_series and time_off.series is not None:
            rows = rows.filter(series=time_off.series, starts_at__gte=time_off.starts_at)
        else:
            rows = rows.filter(pk=time_off.pk)
        return rows.delete()[0]


@write_action
def cancel_closure(closure: Closure) -> None:
    """Take a closure back."""
    with write_transaction():
        Closure.objects.filter(pk=closure.pk).delete()
