"""Change a patient's contact data and preferences."""

from booking.actions.actor import Actor
from booking.actions.audit.record import Action, patient_object, record_audit
from booking.actions.locks import write_action, write_transaction
from booking.actions.patients.end_links import end_old_links, is_other_mailbox
from booking.inputs import OwnDetails, PatientData
from booking.models import Patient
from clinic.lib.dates import clock

CHANGED_FIELDS = (
    "name", "email", "phone", "addressed_as", "spoken_language", "emergency_name",
    "emergency_phone", "preferred_therapist_id", "likes_evenings", "likes_quiet",
)  # fmt: skip


@write_action
def change_patient(patient: Patient, data: PatientData) -> Patient:
    """Save the data and return the patient.

    Mails that wait in the outbox use the new data. With another e-mail address, the links in
    mails to the old one end, the patient counts as reachable again, and the address is no longer
    one that the patient has typed themselves.
    """
    with write_transaction():
        row = Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=patient.pk)
        old_email = row.email
        before = {name: getattr(row, name) for name in CHANGED_FIELDS}
        row.name, row.phone = data.name, data.phone
        row.set_email(data.email)
        row.preferred_therapist = data.preferred_therapist
        row.likes_evenings, row.likes_quiet = data.likes_evenings, data.likes_quiet
        row.addressed_as, row.spoken_language = data.addressed_as, data.spoken_language
        row.emergency_name, row.emergency_phone = data.emergency_name, data.emergency_phone
        if old_email.lower() != row.email.lower():
            row.undeliverable_since, row.undeliverable_cleared_at = None, clock.now()
        row.save()
        changed = [name for name in CHANGED_FIELDS if getattr(row, name) != before[name]]
        if changed:
            record_audit(Action.CHANGED, patient_object(row, fields=changed))
        if is_other_mailbox(old_email, row.email):
            end_old_links(row.appointments.all())
    return row


@write_action
def change_own_details(patient: Patient, details: OwnDetails, *, by: Actor) -> bool:
    """Save the details that a patient has changed. Return whether anything has changed.

    Mails in the outbox use the new name, and so does the user account.
    """
    with write_transaction():
        rows = Patient.objects.select_for_update(of=("self",), no_key=True).select_related("user")
        row = rows.get(pk=patient.pk)
        values = {
            "name": details.name,
            "phone": details.phone,
            "addressed_as": details.addressed_as,
            "spoken_language": details.spoken_language,
            "emergency_name": details.emergency_name,
            "emergency_phone": details.emergency_phone,
            "preferred_therapist_id": getattr(details.preferred_therapist, "pk", None),
            "likes_evenings": details.likes_evenings,
            "likes_quiet": details.likes_quiet,
        }
        changed = [name for name, value in values.items() if getattr(row, name) != value]
        if not changed:
            return False
        for name in changed:
            setattr(row, name, values[name])
        row.save()
        if row.user is not None and row.user.name != row.name:
            row.user.name = row.name
            row.user.save(update_fields=["name"])
        record_audit(Action.CHANGED, patient_object(row, fields=changed), by=by)
    return True
