"""Lock a patient's record for a change."""

from booking.models import Patient


def lock_patient(patient: Patient) -> Patient:
    """Read the patient again and lock the row, following a merge that happened meanwhile.

    Call it in a transaction.
    """
    row = Patient.objects.select_for_update().get(pk=patient.pk)
    while row.merged_into_id is not None:
        row = Patient.objects.select_for_update().get(pk=row.merged_into_id)
    return row
