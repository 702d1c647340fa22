"""Change a patient's contact data and preferences."""

from booking.actions.audit.record import Action, patient_object, record_audit
from booking.actions.locks import write_action, write_transaction
from booking.actions.patients.end_links import end_old_links, is_other_mailbox
from booking.inputs import PatientData
from booking.models import Patient
from clinic.lib.dates import clock

CHANGED_FIELDS = (
    "name", "email", "phone", "preferred_therapist_id", "likes_evenings", "likes_quiet",
)  # fmt: skip


@write_action
def change_patient(patient: Patient, data: PatientData) -> Patient:
    """Save the data and return the patient.

    Mails that wait in the outbox use the new data. With another e-mail address, the links in
    mails to the old one end, and the patient counts as reachable again.
    """
    with write_transaction():
        row = Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=patient.pk)
        old_email = row.email
        before = {name: getattr(row, name) for name in CHANGED_FIELDS}
        row.name, row.email, row.phone = data.name, data.email, data.phone
        row.preferred_therapist = data.preferred_therapist
        row.likes_evenings, row.likes_quiet = data.likes_evenings, data.likes_quiet
        if old_email.lower() != row.email.lower():
            row.undeliverable_since, row.undeliverable_cleared_at = None, clock.now()
        row.save()
        changed = [name for name in CHANGED_FIELDS if getattr(row, name) != before[name]]
        if changed:
            record_audit(Action.CHANGED, patient_object(row, fields=changed))
        if is_other_mailbox(old_email, row.email):
            end_old_links(row.appointments.all())
    return row
