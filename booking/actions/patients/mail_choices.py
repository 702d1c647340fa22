"""Save which optional mails a patient wants, with a history of the choices."""

from booking.actions.actor import Actor, ActorType
from booking.actions.audit.record import Action, AuditObject, ObjectType, record_audit
from booking.actions.locks import write_action, write_transaction
from booking.models import Patient, PatientChoice
from booking.queries.notifications.unsubscribes import patients_with_email
from clinic.lib.dates import clock

Subject = PatientChoice.Subject
CHOICES_VERSION = "2026-12"
"""The version of the texts of the choices in templates/booking/account/reminders.html. Change it
whenever they change."""
COLUMN_OF = {
    Subject.REMINDERS: "no_reminders_since",
    Subject.OPTIONAL_MAIL: "no_extra_mail_since",
}


@write_action
def choose_mails(patient: Patient, *, reminders: bool, optional_mail: bool, by: Actor) -> bool:
    """Save which mails a patient wants. Return whether anything has changed.

    Mails in the outbox check it when they are due.
    """
    wanted = {Subject.REMINDERS: reminders, Subject.OPTIONAL_MAIL: optional_mail}
    with write_transaction():
        rows = Patient.objects.select_for_update(of=("self",), no_key=True)
        row = rows.get(pk=patient.pk)
        changed = [
            subject
            for subject, is_wanted in wanted.items()
            if is_wanted != (getattr(row, COLUMN_OF[subject]) is None)
        ]
        for subject in changed:
            setattr(row, COLUMN_OF[subject], None if wanted[subject] else clock.now())
            record_choice(row, subject, is_wanted=wanted[subject], by=by)
        if changed:
            row.save(update_fields=[COLUMN_OF[subject] for subject in changed])
    return bool(changed)


@write_action
def stop_optional_mail(patient: Patient) -> None:
    """Unsubscribe all patients with this patient's address from optional mails.

    Does nothing the second time. Queued mails check this when they are due.
    """
    with write_transaction():
        rows = patients_with_email(patient.email).filter(no_extra_mail_since__isnull=True)
        for row in rows.order_by("pk"):
            Patient.objects.filter(pk=row.pk).update(no_extra_mail_since=clock.now())
            by = Actor(ActorType.GUEST)
            record_choice(row, Subject.OPTIONAL_MAIL, is_wanted=False, by=by)


def record_choice(
    patient: Patient,
    subject: Subject,
    *,
    is_wanted: bool,
    by: Actor,
    version: str = CHOICES_VERSION,
    object_type: ObjectType = ObjectType.CHOICE,
) -> None:
    """Add a choice to the history and the audit trail, in the caller's transaction.

    `version` names the texts that were shown.
    """
    PatientChoice.objects.create(
        patient=patient,
        subject=subject,
        is_wanted=is_wanted,
        version=version,
        chosen_at=clock.now(),
        actor_type=by.actor_type,
        user=by.user,
    )
    details = {"subject": str(subject), "wanted": is_wanted}
    choice = AuditObject(object_type, patient.public_id, patient.pk, patient.email, details=details)
    record_audit(Action.CHANGED, choice, by=by)
