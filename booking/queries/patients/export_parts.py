"""The core's parts of the copy of a patient's data."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from booking.models import (
    Appointment,
    AppointmentEvent,
    AuditEntry,
    BookingOrigin,
    CallbackRequest,
    EmailChange,
    Invitation,
    MedicalClearance,
    MoveProposal,
    Notification,
    NotificationText,
    Patient,
    Payment,
    ReceiptFile,
    Screening,
    ScreeningSignature,
    StaffRole,
    Therapist,
    User,
    UserSession,
)
from booking.queries.health.answer_summary import describe_findings
from booking.queries.health.shown_answers import shown_answers
from booking.queries.health.status import readable_record
from booking.queries.patients.access_overview import audit_entries_of, history_lines
from booking.queries.patients.devices import passkeys_of
from booking.queries.patients.export_choices import CHOICE_PARTS
from booking.registries import patient_export
from booking.registries.patient_export import RECEIPTS, TREATMENT, EmailPart, ExportPart
from booking.screening.records import ClearanceDetails
from clinic.lib.crypto.cipher import DecryptionError

Row = dict[str, Any]


def export_parts() -> list[ExportPart]:
    """Return all parts of a copy: those of the core, then those of the features."""
    return [*CORE_PARTS, *patient_export.parts()]


def account_parts(patient: Patient) -> list[ExportPart]:
    """Return the parts of the copy that an account gets: without answers that it does not show."""
    shown = shown_screenings(patient)
    rows = {
        "appointments": partial(_appointments, hidden_notes=_with_hidden_note(patient)),
        "health_answers": partial(_health_answers, screenings=shown),
        "clearances": partial(_clearances, screenings=shown),
    }
    return [replace(part, rows=rows.get(part.name, part.rows)) for part in export_parts()]


def email_parts() -> list[EmailPart]:
    """Return the parts by e-mail address: those of the core, then those of the features."""
    return [*CORE_EMAIL_PARTS, *patient_export.email_parts()]


def left_out() -> Mapping[type[Model], str]:
    """Return the models that are in no copy, with the reasons."""
    return {**CORE_LEFT_OUT, **patient_export.left_out()}


def _person(patient: Patient) -> Iterator[Row]:
    yield {
        "name": patient.name,
        "email": patient.email,
        "phone": patient.phone,
        "addressed_as": patient.addressed_as,
        "would_like_to_speak": patient.spoken_language,
        "emergency_name": patient.emergency_name,
        "emergency_phone": patient.emergency_phone,
        "likes_to_come_to": patient.preferred_therapist.name if patient.preferred_therapist else "",
        "likes_evenings": patient.likes_evenings,
        "likes_quiet": patient.likes_quiet,
        "on_file_since": patient.created_at,
        "mails_do_not_arrive_since": patient.undeliverable_since,
        "no_reminders_since": patient.no_reminders_since,
        "no_extra_mail_since": patient.no_extra_mail_since,
        "consent_to_health_answers_withdrawn": patient.health_consent_withdrawn_at,
        "restricted_since": patient.restricted_since,
    }


def _account(patient: Patient) -> Iterator[Row]:
    if patient.user is not None:
        yield _account_row(patient.user)


def _account_row(user: User) -> Row:
    return {
        "email": user.email,
        "name": user.name,
        "since": user.joined_at,
        "last_signed_in": user.last_login,
        "passkeys": [str(passkey) for passkey in passkeys_of(user)],
    }


def _accounts_without_record(email: str) -> Iterator[Row]:
    for user in User.objects.filter(email=email, patient=None):
        yield _account_row(user)


def _other_mails(email: str) -> Iterator[Row]:
    rows = Notification.objects.filter(to_email__iexact=email, is_to_patient=False)
    for row in rows.defer("data", "rendered").order_by("created_at", "pk"):
        yield _mail_row(row)


def _devices(patient: Patient) -> Iterator[Row]:
    for row in UserSession.objects.filter(user=patient.user_id or 0):
        yield {"device": row.device, "since": row.started_at, "last_used": row.last_seen_at}


def _email_changes(patient: Patient) -> Iterator[Row]:
    for row in EmailChange.objects.filter(user=patient.user_id or 0):
        yield {
            "old": row.old_email,
            "new": row.new_email,
            "asked_for": row.requested_at,
            "completed": row.completed_at,
            "undone": row.undone_at,
        }


def shown_screenings(patient: Patient) -> QuerySet[Screening]:
    """Return the answers that the patient is shown in the account; none without an account."""
    if patient.user is None:
        return Screening.objects.none()
    return Screening.objects.filter(shown_answers(patient, patient.user).as_q(), patient=patient)


def _with_hidden_note(patient: Patient) -> set[int]:
    """Return the appointments (primary keys) whose note the account does not show, as with answers.

    It shows the notes of what was booked in it, or as a guest and then claimed.
    """
    rows = Appointment.objects.filter(patient=patient)
    if patient.user is not None:
        if shown_answers(patient, patient.user).shows_all:
            return set()
        booked = Q(
            events__kind=AppointmentEvent.Kind.BOOKED,
            events__actor_type=AppointmentEvent.ActorType.PATIENT,
            events__user=patient.user,
        )
        shown = Appointment.objects.filter(booked | Q(screenings__claimed_by=patient.user))
        rows = rows.exclude(pk__in=shown.values("pk"))
    return set(rows.order_by().values_list("pk", flat=True))


def _appointments(patient: Patient, hidden_notes: Collection[int] = ()) -> Iterator[Row]:
    rows = Appointment.objects.filter(patient=patient).with_related().order_by("starts_at", "pk")
    for row in rows:
        yield {
            "starts": row.starts_at,
            "ends": row.ends_at,
            "treatment": row.option.treatment.name,
            "therapist": row.therapist.name,
            "status": row.get_status_display(),
            "price": row.price,
            "currency": row.currency,
            "booked": row.booked_at,
            "cancelled": row.cancelled_at,
            "attendance_confirmed": row.attendance_confirmed_at,
            "your_note": "" if row.pk in hidden_notes else str(row.patient_note),
        }


def _appointment_history(patient: Patient) -> Iterator[Row]:
    events = AppointmentEvent.objects.filter(appointment__patient=patient)
    for row in events.select_related("appointment").order_by("at", "pk"):
        yield {
            "appointment": row.appointment.starts_at,
            "when": row.at,
            "what": row.get_kind_display(),
            "by": row.get_actor_type_display(),
        }


def _health_answers(
    patient: Patient, screenings: QuerySet[Screening] | None = None
) -> Iterator[Row]:
    found = Screening.objects.filter(patient=patient) if screenings is None else screenings
    rows = found.select_related("appointment")
    for row in rows.order_by("answered_at", "pk"):
        record = readable_record(row)
        values: Row = {
            "answered": row.answered_at,
            "questions": row.get_question_set_display(),
            "version": row.version,
            "by": row.get_actor_type_display(),
        }
        if record is None:
            yield values | {"answers": ["These answers cannot be read any more."]}
            continue
        yield values | {
            "answers": [
                f"{given} {given.free_text}".strip()
                for given in describe_findings(record.screening_result.findings, record.version)
            ],
            "in_your_words": list(record.answer_set.free_texts.values()),
            "outcome": str(record.screening_result.outcome),
            "pressure": record.preferences.preferred_pressure,
            "places_to_leave_alone": record.preferences.areas_to_avoid,
            "accommodations": list(record.preferences.accommodations),
        }


def _clearances(patient: Patient, screenings: QuerySet[Screening] | None = None) -> Iterator[Row]:
    found = Screening.objects.filter(patient=patient) if screenings is None else screenings
    rows = MedicalClearance.objects.filter(screening__in=found)
    for row in rows.order_by("given_on", "pk"):
        try:
            details = ClearanceDetails.from_json(row.details_json)
        except DecryptionError:
            yield {"given_on": row.given_on}
            continue
        yield {
            "given_on": row.given_on,
            "doctor": details.doctor,
            "limits": details.limits,
            "gentle_only": details.gentle_only,
        }


def _call_backs(patient: Patient) -> Iterator[Row]:
    for row in CallbackRequest.objects.filter(screening__patient=patient):
        yield {"asked_for": row.requested_at, "done": row.done_at}


def _payments(patient: Patient) -> Iterator[Row]:
    for row in Payment.objects.filter(appointment__patient=patient).order_by("number"):
        yield {
            "receipt": row.number,
            "taken": row.taken_at,
            "amount": row.amount,
            "currency": row.currency,
            "how": row.get_method_display(),
            "what_for": row.description,
        }


def _mails(patient: Patient) -> Iterator[Row]:
    rows = Notification.objects.filter(appointment__patient=patient, is_to_patient=True)
    for row in rows.defer("data", "rendered").order_by("created_at", "pk"):
        yield _mail_row(row)


def _mail_row(row: Notification) -> Row:
    return {
        "kind": row.kind,
        "to": row.to_email,
        "due": row.due_at,
        "sent": row.sent_at,
        "status": row.get_status_display(),
    }


def _answers_as_given(patient: Patient) -> Iterator[Row]:
    for row in Screening.objects.filter(patient=patient).order_by("answered_at", "pk"):
        try:
            yield {"answered": row.answered_at, "version": row.version, "record": row.record_json}
        except DecryptionError:
            yield {"answered": row.answered_at, "version": row.version}


def _team_notes(patient: Patient) -> Iterator[Row]:
    for row in Appointment.objects.filter(patient=patient).order_by("starts_at", "pk"):
        note, reason = str(row.team_note), str(row.cancel_reason)
        if note or reason:
            yield {"appointment": row.starts_at, "note": note, "why_cancelled": reason}


def _proposals(patient: Patient) -> Iterator[Row]:
    rows = MoveProposal.objects.filter(appointment__patient=patient)
    for row in rows.select_related("appointment", "hold"):
        yield {
            "appointment": row.appointment.starts_at,
            "other_time": row.hold.starts_at,
            "asked": row.asked_at,
            "settled": row.closed_at,
        }


def _history(patient: Patient) -> Iterator[Row]:
    for line in history_lines(audit_entries_of(patient), patient):
        yield {
            "when": line.at,
            "who": str(line.who),
            "roles": list(line.roles),
            "what": f"{line.action} {line.object_name}",
        }


KEPT_TREATMENT, KEPT_RECEIPTS = frozenset({TREATMENT}), frozenset({RECEIPTS})
CORE_PARTS = (
    ExportPart("person", _("About you"), _person, (Patient,), KEPT_TREATMENT | KEPT_RECEIPTS),
    ExportPart("account", _("Your account"), _account, (User, EmailAddress, Authenticator)),
    ExportPart("devices", _("Devices"), _devices, (UserSession,)),
    ExportPart("email_changes", _("Changes of your address"), _email_changes, (EmailChange,)),
    ExportPart("appointments", _("Appointments"), _appointments, (Appointment,), KEPT_TREATMENT),
    ExportPart(
        "appointment_history",
        _("What happened to your appointments"),
        _appointment_history,
        (AppointmentEvent,),
        KEPT_TREATMENT,
    ),
    ExportPart(
        "health_answers", _("Health answers"), _health_answers, (Screening,), KEPT_TREATMENT
    ),
    ExportPart(
        "clearances", _("What doctors agreed to"), _clearances, (MedicalClearance,), KEPT_TREATMENT
    ),
    ExportPart("call_backs", _("Calls that you asked for"), _call_backs, (CallbackRequest,)),
    ExportPart("payments", _("Payments"), _payments, (Payment,), KEPT_RECEIPTS),
    ExportPart("mails", _("Mails to you"), _mails, (Notification,)),
    *CHOICE_PARTS,
    ExportPart("history", _("Who did what with your record"), _history, (AuditEntry,)),
    ExportPart("proposals", _("Other times that we asked about"), _proposals, (MoveProposal,)),
)
TEAM_NOTES = ExportPart(
    "team_notes", _("Notes of our team"), _team_notes, (Appointment,), KEPT_TREATMENT
)
"""Only in the copy that the clinic makes (`manage.py export_patient`)."""
ANSWERS_AS_GIVEN = ExportPart(
    "answers_as_given", _("Answers as given"), _answers_as_given, (Screening,), KEPT_TREATMENT
)
"""Only in what is kept by law: the answers word for word, where the copy tells what they mean."""
CORE_EMAIL_PARTS = (
    EmailPart("accounts", _("Accounts without a record"), _accounts_without_record, (User,)),
    EmailPart("other_mails", _("Other mails to this address"), _other_mails, (Notification,)),
)
CORE_LEFT_OUT: Mapping[type[Model], str] = {
    BookingOrigin: "Keyed hashes of network addresses, which nobody can read back.",
    Invitation: "About the team.",
    LogEntry: "What staff changed in the back office.",
    NotificationText: "The clinic's own texts.",
    ReceiptFile: "A file of a receipt, for a day; the receipt itself is in the copy.",
    ScreeningSignature: "A clinician's signature under the health questions.",
    StaffRole: "About the team.",
    Therapist: "About the team.",
}
"""Models that point at patients or accounts and are in no copy, with the reasons."""
