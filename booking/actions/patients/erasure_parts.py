"""What an erasure removes from the core's tables, and what stays there."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import make_password
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import F, Model, Q, QuerySet
from django.db.models.functions import Lower
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.access.roles import is_staff_account
from booking.models import (
    Appointment,
    AppointmentEvent,
    AuditEntry,
    BookingOrigin,
    CalendarFeed,
    CallbackRequest,
    EmailChange,
    ErasureRequest,
    Favorite,
    Invitation,
    MedicalClearance,
    MoveProposal,
    Notification,
    NotificationText,
    Patient,
    PatientChoice,
    PatientMerge,
    Payment,
    ProvenEmail,
    ReceiptFile,
    RecipientPause,
    Restriction,
    Screening,
    ScreeningSignature,
    StaffRole,
    Therapist,
    User,
    UserSession,
)
from booking.models.audit import ActorType
from booking.notifications.recipient_pauses import PURPOSE as PAUSE_PURPOSE
from booking.queries.audit.email_hashes import hash_email_with_all_keys
from booking.queries.patients.person_texts import (
    audit_entries_that_name,
    drafts_that_name,
    mails_that_name,
    sessions_that_name,
)
from booking.queries.patients.proven_emails import PURPOSE as PROVEN_PURPOSE
from booking.registries import patient_erasure
from booking.registries.patient_erasure import ErasurePart
from booking.registries.people import Person
from clinic.lib.crypto.keyed_hash import keyed_hashes
from clinic.lib.mailboxes import mailbox_of

ERASED_NAME = _("Erased person")
ERASED_DOMAIN = "erased.invalid"
Status = Notification.Status


def erasure_parts() -> list[ErasurePart]:
    """Return all parts of an erasure: those of the features, then those of the core.

    The core's come last, because they empty the records and accounts by which rows are found.
    """
    return [*patient_erasure.parts(), *CORE_PARTS]


def staying_models() -> Mapping[type[Model], str | Promise]:
    """Return the models whose rows stay after an erasure, with the reasons."""
    return {**CORE_STAYING, **patient_erasure.staying()}


def erasable_accounts(person: Person) -> list[User]:
    """Return the accounts that go with the person; those of present or former staff stay."""
    return [account for account in person.accounts if not is_staff_account(account)]


def own_emails(person: Person) -> list[str]:
    """Return the addresses of the person that no account of staff has."""
    staff = {account.email for account in person.accounts if is_staff_account(account)}
    return sorted(person.emails - staff)


# Health answers


def _screenings(person: Person) -> QuerySet[Screening]:
    of_record = Q(patient__in=person.record_pks)
    return Screening.objects.filter(of_record | Q(appointment__patient__in=person.record_pks))


def _erase_screenings(person: Person, _now: datetime) -> None:
    _screenings(person).delete()


# Texts of appointments


def _appointments(person: Person) -> QuerySet[Appointment]:
    return Appointment.objects.filter(patient__in=person.record_pks)


def _erase_appointment_texts(person: Person, _now: datetime) -> None:
    _appointments(person).update(
        draft="",
        patient_note="",
        cancel_reason="",
        team_note="",
        browser_key="",
        link_version=F("link_version") + 1,
    )
    BookingOrigin.objects.filter(appointment__patient__in=person.record_pks).delete()


def _count_texts(person: Person) -> int:
    has_text = ~Q(draft="", patient_note="", cancel_reason="", team_note="")
    return _appointments(person).filter(has_text).count()


# Mails


def _mails_of_appointments(person: Person) -> QuerySet[Notification]:
    return Notification.objects.filter(appointment__patient__in=person.record_pks)


def _mails_to_addresses(person: Person) -> QuerySet[Notification]:
    rows = Notification.objects.annotate(address=Lower("to_email")).filter(is_to_patient=False)
    return rows.filter(address__in=own_emails(person))


def _count_mails(person: Person) -> int:
    return _mails_of_appointments(person).count() + _mails_to_addresses(person).count()


def _erase_mails(person: Person, _now: datetime) -> None:
    """Blank what mails about the appointments say, and to whom they went; delete the others.

    Mails about appointments stay as rows: `verify_bookings` counts them.
    """
    rows = _mails_of_appointments(person)
    rows.filter(status=Status.WAITING).update(status=Status.DROPPED, lease="", lease_until=None)
    rows.update(data="", rendered="", problem="")
    rows.filter(is_to_patient=True).update(to_email="", to_name="", mailbox="")
    _mails_to_addresses(person).delete()


# Texts that name the person


def _count_mentions(person: Person) -> int:
    found = (mails_that_name(person), drafts_that_name(person), sessions_that_name(person))
    return sum(1 for rows in found for _row in rows)


def _erase_mentions(person: Person, _now: datetime) -> None:
    mails = Notification.objects.filter(pk__in=[row.pk for row in mails_that_name(person)])
    mails.filter(status=Status.WAITING).update(status=Status.DROPPED, lease="", lease_until=None)
    mails.update(data="", rendered="")
    drafts = [row.pk for row in drafts_that_name(person)]
    Screening.objects.filter(appointment__in=drafts, patient=None).delete()
    Appointment.objects.filter(pk__in=drafts).update(draft="")
    sessions = [row.pk for row in sessions_that_name(person)]
    Session.objects.filter(pk__in=sessions).delete()


# Choices, requests, merges, feeds


def _erase_choices(person: Person, now: datetime) -> None:
    PatientChoice.objects.filter(patient__in=person.record_pks).delete()
    Favorite.objects.filter(patient__in=person.record_pks).delete()
    Restriction.objects.filter(patient__in=person.record_pks).delete()
    CalendarFeed.objects.filter(patient__in=person.record_pks).delete()
    ReceiptFile.objects.filter(payment__appointment__patient__in=person.record_pks).delete()
    _merges(person).update(undo={})
    still_open = ErasureRequest.objects.filter(withdrawn_at=None, done_at=None)
    still_open.filter(patient__in=person.record_pks).update(done_at=now)


def _merges(person: Person) -> QuerySet[PatientMerge]:
    either = Q(remaining__in=person.record_pks) | Q(duplicate__in=person.record_pks)
    return PatientMerge.objects.filter(either)


def _count_choices(person: Person) -> int:
    choices = PatientChoice.objects.filter(patient__in=person.record_pks).count()
    choices += Favorite.objects.filter(patient__in=person.record_pks).count()
    feeds = CalendarFeed.objects.filter(patient__in=person.record_pks).count()
    files = ReceiptFile.objects.filter(payment__appointment__patient__in=person.record_pks).count()
    return choices + feeds + files + _merges(person).count()


# The audit trail


def _audit_entries(person: Person) -> QuerySet[AuditEntry]:
    hashes = [digits for email in person.emails for digits in hash_email_with_all_keys(email)]
    about = Q(patient_pk__in=person.record_pks) | Q(email_hash__in=hashes)
    about |= Q(user__in=erasable_accounts(person))
    return AuditEntry.objects.filter(about | Q(affected_user__in=erasable_accounts(person)))


def _erase_from_audit(person: Person, _now: datetime) -> None:
    """Blank hashes of the address; network addresses and keys of what the person did themselves;
    and details that name them. Who of the staff did what, and when, stays."""
    rows = _audit_entries(person)
    own = rows.filter(actor_type__in=[ActorType.GUEST, ActorType.PATIENT])
    own.update(ip_address="", once_key=None)
    for entry in audit_entries_that_name(person):
        entry.details = _without(person, entry.details)
        entry.save(update_fields=["details"])
    rows.update(email_hash="")


def _without(person: Person, value: Any) -> Any:
    """Return a value of JSON in which texts that name the person are empty."""
    if isinstance(value, dict):
        return {key: _without(person, item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without(person, item) for item in value]
    return "" if isinstance(value, str) and person.is_named_in(value) else value


# Accounts


def erase_accounts(person: Person, _now: datetime) -> None:
    """Delete what belongs to the accounts, and empty them: histories keep pointing at them."""
    users, emails = erasable_accounts(person), own_emails(person)
    devices = UserSession.objects.filter(user__in=users)
    Session.objects.filter(session_key__in=list(devices.values_list("row_key", flat=True))).delete()
    devices.delete()
    for model in (EmailAddress, Authenticator, EmailChange):
        model._default_manager.filter(user__in=users).delete()
    Invitation.objects.annotate(address=Lower("email")).filter(address__in=emails).delete()
    _log_entries(person).update(object_repr=str(ERASED_NAME))
    for user in users:
        user.email = f"{uuid4().hex}@{ERASED_DOMAIN}"
        user.name, user.password = "", make_password(None)
        user.is_active, user.last_login = False, None
        user.save()
    hashes = [
        digits
        for email in person.emails
        for digits in keyed_hashes(PROVEN_PURPOSE, mailbox_of(email))
    ]
    ProvenEmail.objects.filter(mailbox__in=hashes).delete()
    pauses = [digits for email in person.emails for digits in keyed_hashes(PAUSE_PURPOSE, email)]
    RecipientPause.objects.filter(address__in=pauses).delete()


def _log_entries(person: Person) -> QuerySet[LogEntry]:
    about = Q(pk__in=())
    for model, rows in ((User, erasable_accounts(person)), (Patient, person.records)):
        kind = ContentType.objects.get_for_model(model)
        about |= Q(content_type=kind, object_id__in=[str(row.pk) for row in rows])
    entries: QuerySet[LogEntry] = LogEntry.objects.filter(about)
    return entries


# The record


def _erase_records(person: Person, now: datetime) -> None:
    for record in person.records:
        record.name = str(ERASED_NAME)
        record.email = record.own_email = record.phone = record.addressed_as = ""
        record.emergency_name = record.emergency_phone = record.spoken_language = ""
        record.likes_evenings = record.likes_quiet = False
        record.preferred_therapist = record.user = None
        record.account_confirmed_at = record.account_confirmed_by = None
        record.undeliverable_since = record.undeliverable_cleared_at = None
        record.no_extra_mail_since = record.no_reminders_since = None
        record.health_consent_withdrawn_at = record.restricted_since = None
        record.erased_at = record.erased_at or now
        record.save()


CORE_PARTS = (
    ErasurePart(
        "mentions",
        _("Mails to others, unfinished bookings and visits to the site that name them"),
        (Notification, Appointment, Screening),
        _count_mentions,
        _erase_mentions,
        is_search=True,
    ),
    ErasurePart(
        "health",
        _("Health answers, what doctors agreed to, and requests to be called"),
        (Screening, MedicalClearance, CallbackRequest),
        lambda person: _screenings(person).count(),
        _erase_screenings,
    ),
    ErasurePart(
        "texts",
        _("Notes, reasons for canceling, and the links of appointments"),
        (Appointment, BookingOrigin),
        _count_texts,
        _erase_appointment_texts,
    ),
    ErasurePart(
        "mails", _("Texts and addresses of mails"), (Notification,), _count_mails, _erase_mails
    ),
    ErasurePart(
        "choices",
        _("Choices, favorites, calendar feeds, files of receipts, restrictions, undo of merges"),
        (
            PatientChoice,
            Favorite,
            CalendarFeed,
            ReceiptFile,
            PatientMerge,
            ErasureRequest,
            Restriction,
        ),
        _count_choices,
        _erase_choices,
    ),
    ErasurePart(
        "audit",
        _("Address hashes and network addresses in the audit trail"),
        (AuditEntry,),
        lambda person: _audit_entries(person).count(),
        _erase_from_audit,
    ),
    ErasurePart(
        "accounts",
        _("Account, passkeys, devices and changes of the address"),
        (
            User,
            UserSession,
            EmailAddress,
            EmailConfirmation,
            Authenticator,
            EmailChange,
            Invitation,
            LogEntry,
        ),
        lambda person: len(erasable_accounts(person)),
        erase_accounts,
    ),
    ErasurePart(
        "records",
        _("Name, address, phone number, emergency contact and preferences"),
        (Patient,),
        lambda person: len(person.records),
        _erase_records,
    ),
)
CORE_STAYING: Mapping[type[Model], str | Promise] = {
    AppointmentEvent: _("When an appointment was booked, moved or canceled; it names nobody."),
    MoveProposal: _("Which other time was offered; it names nobody."),
    NotificationText: _("The clinic's own texts."),
    Payment: _("Number, amount and date of a receipt; it names nobody."),
    ScreeningSignature: _("A clinician's signature under the health questions."),
    StaffRole: _("About the team."),
    Therapist: _("About the team."),
}
"""Models that point at patients or accounts and whose rows stay, with the reasons."""
