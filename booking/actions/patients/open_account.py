"""Create the patient record of somebody who signs in for the first time."""

from booking.actions.audit.record import Action, patient_object, record_audit
from booking.actions.locks import write_action, write_transaction
from booking.models import Patient, User
from clinic.lib.dates import clock


@write_action
def open_patient_account(user: User, *, name: str, phone: str) -> Patient:
    """Return the user's patient record; create it with the account's address if there is none.

    It is never matched with records of guests: patients add those themselves (`claim_bookings`).
    """
    with write_transaction():
        row = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        existing = Patient.objects.filter(user=row).first()
        if existing is not None:
            return existing
        patient = Patient(user=row, name=name, phone=phone, created_at=clock.now())
        patient.set_email(row.email, is_own=True)
        patient.save()
        record_audit(Action.CREATED, patient_object(patient))
    return patient
