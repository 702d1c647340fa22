"""Merge two records of one person, and undo a merge within a day."""

from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from booking.access import proxies
from booking.access.roles import Ability, has_ability
from booking.actions.audit.record import Action, patient_object, record_audit
from booking.actions.locks import write_action, write_transaction
from booking.actions.patients.answers_of_merged import settle_answers
from booking.actions.patients.end_links import end_old_links, is_other_mailbox
from booking.errors import (
    AlreadyMerged,
    BothHaveAccounts,
    CannotMergeWithItself,
    MergeNotAllowed,
    MergeUndoExpired,
)
from booking.inputs import ContactDetails
from booking.models import (
    Appointment,
    CalendarFeed,
    ErasureRequest,
    Favorite,
    Patient,
    PatientChoice,
    PatientMerge,
    Restriction,
    Screening,
    User,
)
from booking.models.patient_merges import MERGE_UNDO_PERIOD
from booking.queries.health.scope import may_read_answers
from booking.queries.health.used_answers import LIMITS
from booking.queries.patients.record import is_only_therapist_of
from booking.queries.patients.restrictions import current_restrictions
from booking.registries import patient_merge
from clinic.lib.dates import clock

MOVED_MODELS: tuple[type[Model], ...] = (
    Appointment,
    CalendarFeed,
    ErasureRequest,
    Favorite,
    PatientChoice,
    Restriction,
    Screening,
)
"""The core's models whose rows follow their patient; features add theirs to the registry."""


@write_action
def merge_patients(
    remaining: Patient,
    duplicate: Patient,
    contact: ContactDetails,
    *,
    by: User,
    proven_email: str = "",
) -> PatientMerge:
    """Move everything of `duplicate` to `remaining`, which gets the contact data of `contact`.

    `by` is a member of staff; or, with `proven_email`, a patient who joins the record of a guest
    under that address to their own (see `claim_bookings`). Mails that wait go to the address of
    `contact`, and the links in mails to another one end. Raises CannotMergeWithItself,
    MergeNotAllowed, BothHaveAccounts, or AlreadyMerged if either record was merged meanwhile; then
    nothing is changed.
    """
    if remaining.pk == duplicate.pk:
        raise CannotMergeWithItself()
    with write_transaction():
        rows = _lock_patients(remaining.pk, duplicate.pk)
        target, source = rows[remaining.pk], rows[duplicate.pk]
        is_own_claim = _check_can_merge(target, source, by, proven_email)
        for patient in (target, source):
            if is_other_mailbox(patient.email, contact.email):
                end_old_links(patient.appointments.all())
        before = _snapshot(target)
        settle_answers(target, source, by, is_own_claim=is_own_claim)
        undo = {
            "remaining": before,
            "user": source.user_id,
            "moved": _move_related_rows(source, target),
        }
        if source.user is not None:
            account, source.user = source.user, None
            source.save()
            target.user = account
        _set_contact(target, source, contact)
        _fill_missing_values(target, source)
        target.save()
        source.merged_into = target
        source.save()
        undo["given"] = _snapshot(target)
        for patient in (target, source):
            record_audit(Action.MERGED, patient_object(patient, into=str(target.public_id)))
        return PatientMerge.objects.create(
            remaining=target, duplicate=source, by=by, undo=undo, at=clock.now()
        )


@write_action
def undo_merge(merge: PatientMerge, *, by: User) -> Patient:
    """Restore both records; what was booked since the merge stays with the one that was kept.

    What was corrected on the kept record since the merge stays, and a therapist must confirm again
    who signs in for either. A consent that was withdrawn since, or a restriction, holds for both.
    Where mails about an appointment go to another address from now on, the old links end. Returns
    the restored record. Raises MergeUndoExpired after MERGE_UNDO_PERIOD or if the kept record was
    merged into another one since, and MergeNotAllowed.
    """
    with write_transaction():
        row = PatientMerge.objects.select_for_update().get(pk=merge.pk)
        patients = _lock_patients(row.remaining_id, row.duplicate_id)
        target, source = patients[row.remaining_id], patients[row.duplicate_id]
        if not row.can_be_undone(clock.now()) or target.merged_into_id is not None:
            raise MergeUndoExpired()
        is_own_claim = row.by_id == by.pk and target.user_id == by.pk
        if not is_own_claim and not _may_merge([target], by):
            raise MergeNotAllowed()
        for model in _moved_models():
            ids = row.undo["moved"].get(model._meta.label, [])
            model._default_manager.filter(pk__in=ids, patient=target).update(patient=source)
        _move_answers_back(target, source)
        account = target.user if row.undo["user"] is not None else None
        email_until_now = target.email
        source.withdraw_account_confirmation()
        _copy_newer_limits(target, source, row.undo.get("given", {}))
        _restore_snapshot(target, row.undo)
        for patient in (target, source):
            if is_other_mailbox(email_until_now, patient.email):
                end_old_links(patient.appointments.all())
        source.merged_into = None
        if account is not None and account.pk == row.undo["user"]:
            source.user = account
        source.save()
        for patient in (target, source):
            record_audit(Action.UNMERGED, patient_object(patient, of=str(source.public_id)))
        row.undone_at, row.undo = clock.now(), {}
        row.save()
        return source


def finalize_merges(now: datetime) -> int:
    """Delete the undo data of merges that can no longer be undone. Returns how many."""
    expired = PatientMerge.objects.filter(at__lte=now - MERGE_UNDO_PERIOD).exclude(undo={})
    return expired.update(undo={})


FILLED_FIELDS = (
    "addressed_as", "spoken_language", "no_extra_mail_since", "no_reminders_since",
    "preferred_therapist_id", "likes_evenings", "likes_quiet",
)  # fmt: skip
"""The remaining record gets the duplicate's value where its own is empty."""
EMERGENCY_FIELDS = ("emergency_name", "emergency_phone")
SNAPSHOT_FIELDS = (
    "name", "email", "own_email", "phone", "addressed_as", "spoken_language", *EMERGENCY_FIELDS,
    "likes_evenings", "likes_quiet", "preferred_therapist_id", "user_id",
)  # fmt: skip
SNAPSHOT_DATETIME_FIELDS = (
    "undeliverable_since", "no_extra_mail_since", "no_reminders_since", *LIMITS,
)  # fmt: skip


def _set_contact(target: Patient, source: Patient, contact: ContactDetails) -> None:
    if contact.email == source.email != target.email:
        target.undeliverable_since = source.undeliverable_since
    target.set_email(contact.email)
    target.name, target.phone = contact.name, contact.phone


def _fill_missing_values(target: Patient, source: Patient) -> None:
    """Fill empty fields of `target` from `source`; both fields of the emergency contact together.

    The later end of what may be used counts for the answers of both.
    """
    filled = list(FILLED_FIELDS)
    if not any(getattr(target, name) for name in EMERGENCY_FIELDS):
        filled += EMERGENCY_FIELDS
    for name in filled:
        setattr(target, name, getattr(target, name) or getattr(source, name))
    for name in LIMITS:
        moments = [moment for row in (target, source) if (moment := getattr(row, name))]
        setattr(target, name, max(moments, default=None))


def _snapshot(patient: Patient) -> dict[str, Any]:
    snapshot: dict[str, Any] = {name: getattr(patient, name) for name in SNAPSHOT_FIELDS}
    moments = {name: getattr(patient, name) for name in SNAPSHOT_DATETIME_FIELDS}
    return snapshot | {name: moment and moment.isoformat() for name, moment in moments.items()}


def _restore_snapshot(patient: Patient, undo: dict[str, Any]) -> None:
    """Give the kept record its values of before the merge, but for those corrected since."""
    before, given, now = undo["remaining"], undo.get("given", {}), _snapshot(patient)
    corrected = {name for name in given if now[name] != given[name]} - {"user_id"}
    if "email" in corrected:
        corrected |= {"own_email", "undeliverable_since"}  # they are about the address
    for name in before.keys() - corrected:
        is_date = name in SNAPSHOT_DATETIME_FIELDS and before[name]
        setattr(patient, name, datetime.fromisoformat(before[name]) if is_date else before[name])
    patient.withdraw_account_confirmation()
    patient.save()


def _copy_newer_limits(target: Patient, source: Patient, given: dict[str, Any]) -> None:
    """Stop the use of both records' answers where that of the kept one ended since the merge.

    `source` is not saved. Whoever withdrew the consent, or was restricted, meant all of them; and
    whose restriction was lifted, was lifted for all of them.
    """
    now = _snapshot(target)
    newer = [name for name in LIMITS if name in given and now[name] not in (None, given[name])]
    for name in newer:
        setattr(source, name, getattr(target, name))
    if "restricted_since" in newer:
        for row in current_restrictions(target).filter(started_at=target.restricted_since):
            row.pk, row.patient = None, source
            row.save(force_insert=True)
    elif not current_restrictions(source).exists():
        source.restricted_since = None


def _moved_models() -> tuple[type[Model], ...]:
    return MOVED_MODELS + patient_merge.models()


def _move_related_rows(source: Patient, target: Patient) -> dict[str, list[int]]:
    moved = {}
    for model in _moved_models():
        rows = model._default_manager.filter(patient=source)
        moved[model._meta.label] = list(rows.values_list("pk", flat=True))
        rows.update(patient=target)
    return moved


def _move_answers_back(target: Patient, source: Patient) -> None:
    """Move answers given since the merge back with their appointments."""
    Screening.objects.filter(patient=target, appointment__patient=source).update(patient=source)


def _lock_patients(*ids: int) -> dict[int, Patient]:
    """Lock and reload the patients, in the order of their primary keys."""
    rows = Patient.objects.filter(pk__in=ids).order_by("pk")
    rows = rows.select_for_update(of=("self",), no_key=True)
    return {row.pk: row for row in rows.select_related("user")}


def _check_can_merge(target: Patient, source: Patient, by: User, proven_email: str) -> bool:
    """Return whether a patient joins the record to their own. Raises why it cannot be merged."""
    if target.merged_into_id is not None or source.merged_into_id is not None:
        raise AlreadyMerged()
    is_claim = bool(proven_email) and source.email.lower() == proven_email.lower()
    is_own_claim = is_claim and target.user_id == by.pk and source.user_id is None
    if not is_own_claim and not _may_merge([target, source], by):
        raise MergeNotAllowed()
    if not is_own_claim:
        _check_grants(target, source, by)
    if target.user_id is not None and source.user_id is not None:
        raise BothHaveAccounts()
    return is_own_claim


def _check_grants(target: Patient, source: Patient, by: User) -> None:
    """Refuse a merge with which staff would let themselves, or others, see health answers."""
    if by.pk in (target.user_id, source.user_id):
        raise MergeNotAllowed(
            _("One of them is your own record. Please ask a colleague to merge the records.")
        )
    if any(proxies.permissions_for(by, row) for row in (target, source)):
        raise MergeNotAllowed(
            _("You act for one of them yourself. Please ask a colleague to merge the records.")
        )
    for shown, other in ((target, source), (source, target)):
        if proxies.is_health_shown(shown) and not may_read_answers(by, other.pk, clock.now()):
            raise MergeNotAllowed(
                _(
                    "Somebody may see health answers of one of them, and would see those of the "
                    "other. Please change that first, under “Family and carers”, or ask a "
                    "therapist who treats the patient."
                )
            )


def _may_merge(patients: list[Patient], by: User) -> bool:
    return has_ability(by, Ability.ALL_CONTACTS) or is_only_therapist_of(by, patients)
