"""Change a patient's contact data and preferences."""

from django.db import transaction

from booking.inputs import PatientData
from booking.models import Patient


def change_patient(patient: Patient, data: PatientData) -> Patient:
    """Save the data and return the patient. A changed e-mail address counts as deliverable again.

    Appointments and mails that wait in the outbox use the new data.
    """
    with transaction.atomic():
        row = Patient.objects.select_for_update(of=("self",)).get(pk=patient.pk)
        if row.email.lower() != data.email.lower():
            row.undeliverable_since = None
        row.name, row.email, row.phone = data.name, data.email, data.phone
        row.preferred_therapist = data.preferred_therapist
        row.likes_evenings, row.likes_quiet = data.likes_evenings, data.likes_quiet
        row.save()
    return row
