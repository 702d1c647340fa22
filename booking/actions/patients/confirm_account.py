"""A therapist confirms that the patient whom they treat is the one who signs in."""

from booking.actions.actor import Actor
from booking.actions.audit.record import Action, AuditObject, ObjectType, record_audit
from booking.actions.locks import write_action, write_transaction
from booking.actions.patients.lock_patient import lock_patient
from booking.errors import NotAllowed
from booking.models import Patient
from booking.queries.health.scope import may_confirm_account
from clinic.lib.dates import clock


@write_action
def confirm_account(patient: Patient, *, by: Actor) -> Patient:
    """Show all answers in the account of a patient, and to those who act for them today.

    Raises NotAllowed unless `by` may read the answers at the desk, and for their own account.
    """
    with write_transaction():
        row, now = lock_patient(patient), clock.now()
        if by.user is None or not may_confirm_account(by.user, row, now):
            raise NotAllowed()
        row.account_confirmed_at, row.account_confirmed_by = now, by.user
        row.save(update_fields=["account_confirmed_at", "account_confirmed_by"])
        account = AuditObject(
            ObjectType.ACCOUNT, row.public_id, row.pk, row.email, affected_user=row.user
        )
        record_audit(Action.CONFIRMED, account, by=by)
    return row
