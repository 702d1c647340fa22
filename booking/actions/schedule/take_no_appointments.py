"""Stop bookings with a therapist at once, when their access ends."""

from booking.actions.actor import Actor
from booking.actions.audit.record import Action, AuditObject, ObjectType, record_audit
from booking.actions.holds.release_hold import withdraw_hold
from booking.actions.locks import lock_resources, write_action, write_transaction
from booking.actions.schedule.save_schedule_change import save_schedule_change
from booking.inputs import TherapistSwitchOff
from booking.models import ClinicProfile, Therapist
from booking.queries.schedule.impact import find_impact
from clinic.lib.dates import clock


@write_action
def take_no_appointments(therapist: Therapist, *, by: Actor) -> None:
    """Switch a therapist off and release holds. Booked appointments stay until staff settle them.

    They do so with `change_schedule` and the same change.
    """
    change = TherapistSwitchOff(therapist.pk)
    with write_transaction():
        lock_resources(therapists=[therapist.pk])
        save_schedule_change(change)
        clinic = ClinicProfile.current()
        if clinic is not None:
            for hold in find_impact(change, clinic, clock.now(), lock_rows=True).holds:
                withdraw_hold(hold, by=by)
        details = {"kind": type(change).__name__, "therapist": therapist.name}
        record_audit(
            Action.CHANGED,
            AuditObject(ObjectType.SCHEDULE, affected_user=therapist.user, details=details),
            by=by,
        )
