"""Two records of one person become one; for a day, that can be taken back."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model

from booking.access.roles import Ability, has_ability
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
    Patient,
    PatientMerge,
    Screening,
    User,
)
from booking.models.patient_merges import MERGE_UNDO_PERIOD
from booking.queries.patients.record import is_only_therapist_of
from booking.registries import patient_merge
from clinic.lib.dates import clock

MOVED_MODELS: tuple[type[Model], ...] = (Appointment, CalendarFeed, Screening)
"""The core's models whose rows follow their patient; features add theirs to the registry."""


def merge_patients(
    kept: Patient, merged: Patient, contact: ContactDetails, *, by: User
) -> PatientMerge:
    """Everything of `merged` goes to `kept`, which is then called and reached as `contact` says.

    Raises CannotMergeWithItself, MergeNotAllowed, BothHaveAccounts, and AlreadyMerged when a
    colleague was
    faster; then nothing is changed.
    """
    if kept.pk == merged.pk:
        raise CannotMergeWithItself()
    with transaction.atomic():
        rows = _lock_patients(kept.pk, merged.pk)
        one, other = rows[kept.pk], rows[merged.pk]
        _check_can_merge(one, other, by)
        undo = {
            "kept": _snapshot(one),
            "user": other.user_id,
            "moved": _move_related_rows(other, one),
        }
        if other.user is not None:
            account, other.user = other.user, None
            other.save()
            one.user = account
        if contact.email == other.email != one.email:
            one.undeliverable_since = other.undeliverable_since
        one.name, one.email, one.phone = contact.name, contact.email, contact.phone
        one.no_extra_mail_since = one.no_extra_mail_since or other.no_extra_mail_since
        one.preferred_therapist = one.preferred_therapist or other.preferred_therapist
        one.likes_evenings |= other.likes_evenings
        one.likes_quiet |= other.likes_quiet
        one.save()
        other.merged_into = one
        other.save()
        return PatientMerge.objects.create(kept=one, merged=other, by=by, undo=undo, at=clock.now())


def undo_merge(merge: PatientMerge, *, by: User) -> Patient:
    """Both are as they were; what was booked since stays with the one that was kept.

    Returns the record that is back. Raises MergeUndoExpired after a day, or when either was
    merged into yet another since.
    """
    with transaction.atomic():
        row = PatientMerge.objects.select_for_update().get(pk=merge.pk)
        patients = _lock_patients(row.kept_id, row.merged_id)
        one, other = patients[row.kept_id], patients[row.merged_id]
        if not row.can_be_undone(clock.now()) or one.merged_into_id is not None:
            raise MergeUndoExpired()
        if not _may_merge([one], by):
            raise MergeNotAllowed()
        for model in _moved_models():
            ids = row.undo["moved"].get(model._meta.label, [])
            model._default_manager.filter(pk__in=ids, patient=one).update(patient=other)
        _move_answers_back(one, other)
        account = one.user if row.undo["user"] is not None else None
        _restore_snapshot(one, row.undo["kept"])
        other.merged_into = None
        if account is not None and account.pk == row.undo["user"]:
            other.user = account
        other.save()
        row.undone_at, row.undo = clock.now(), {}
        row.save()
        return other


def finalize_merges(now: datetime) -> int:
    """Forget what taking back would have needed, once it is too late for that."""
    late = PatientMerge.objects.filter(at__lte=now - MERGE_UNDO_PERIOD).exclude(undo={})
    return late.update(undo={})


SNAPSHOT_FIELDS = (
    "name", "email", "phone", "likes_evenings", "likes_quiet", "preferred_therapist_id", "user_id",
)  # fmt: skip
SNAPSHOT_DATETIME_FIELDS = ("undeliverable_since", "no_extra_mail_since")


def _snapshot(patient: Patient) -> dict[str, Any]:
    found: dict[str, Any] = {name: getattr(patient, name) for name in SNAPSHOT_FIELDS}
    moments = {name: getattr(patient, name) for name in SNAPSHOT_DATETIME_FIELDS}
    return found | {name: moment and moment.isoformat() for name, moment in moments.items()}


def _restore_snapshot(patient: Patient, values: dict[str, Any]) -> None:
    for name in SNAPSHOT_FIELDS:
        setattr(patient, name, values[name])
    for name in SNAPSHOT_DATETIME_FIELDS:
        text = values[name]
        setattr(patient, name, datetime.fromisoformat(text) if text else None)
    patient.save()


def _moved_models() -> tuple[type[Model], ...]:
    return MOVED_MODELS + patient_merge.models()


def _move_related_rows(other: Patient, one: Patient) -> dict[str, list[int]]:
    moved = {}
    for model in _moved_models():
        rows = model._default_manager.filter(patient=other)
        moved[model._meta.label] = list(rows.values_list("pk", flat=True))
        rows.update(patient=one)
    return moved


def _move_answers_back(one: Patient, other: Patient) -> None:
    """What was asked since, for appointments that go back."""
    Screening.objects.filter(patient=one, appointment__patient=other).update(patient=other)


def _lock_patients(*ids: int) -> dict[int, Patient]:
    """Both, read again, in the order of their keys."""
    rows = Patient.objects.filter(pk__in=ids).order_by("pk").select_for_update(of=("self",))
    return {row.pk: row for row in rows.select_related("user")}


def _check_can_merge(one: Patient, other: Patient, by: User) -> None:
    if one.merged_into_id is not None or other.merged_into_id is not None:
        raise AlreadyMerged()
    if not _may_merge([one, other], by):
        raise MergeNotAllowed()
    if one.user_id is not None and other.user_id is not None:
        raise BothHaveAccounts()


def _may_merge(patients: list[Patient], by: User) -> bool:
    return has_ability(by, Ability.ALL_CONTACTS) or is_only_therapist_of(by, patients)
