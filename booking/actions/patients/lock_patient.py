"""Lock a patient's record for a change."""

from booking.models import Patient


def lock_patient(patient: Patient) -> Patient:
    """Return the patient, read again and with the row locked, in the caller's transaction.

    If the record was merged meanwhile, the remaining record.
    """
    row = Patient.objects.select_for_update().get(pk=patient.pk)
    while row.merged_into_id is not None:
        row = Patient.objects.select_for_update().get(pk=row.merged_into_id)
    return row
