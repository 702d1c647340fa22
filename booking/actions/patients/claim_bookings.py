"""A patient adds earlier bookings as a guest to their own record, and can undo it."""

from collections.abc import Collection
from uuid import UUID

from booking.actions.actor import Actor
from booking.actions.locks import write_action, write_transaction
from booking.actions.patients.lock_patient import lock_patient
from booking.actions.patients.merge_patients import merge_patients, undo_merge
from booking.errors import ClaimNotPossible, MergeUndoExpired, NotAllowed
from booking.inputs import ContactDetails
from booking.models import Patient, PatientMerge
from booking.queries.patients.claimable import MAX_CLAIMABLE, claimable_records


@write_action
def claim_bookings(
    patient: Patient, records: Collection[UUID], *, proven_email: str, by: Actor
) -> list[PatientMerge]:
    """Merge records of guests into the patient's own, and return the merges.

    `records` are public ids. All are merged or none; each merge can be undone for a day. Raises
    ClaimNotPossible for a record that is not a guest's under the address that this sign-in has
    proven, and NotAllowed for proxies.
    """
    if by.user is None or by.for_patient is not None:
        raise NotAllowed()
    with write_transaction():
        own = lock_patient(patient)
        if own.user_id != by.user.pk:
            raise NotAllowed()
        wanted = set(records)
        found = list(claimable_records(proven_email).filter(public_id__in=wanted)[:MAX_CLAIMABLE])
        if not wanted or len(found) != len(wanted):
            raise ClaimNotPossible()
        contact = ContactDetails(own.name, own.email, own.phone)
        return [
            merge_patients(own, record, contact, by=by.user, proven_email=proven_email)
            for record in found
        ]


@write_action
def undo_claim(merge: PatientMerge, *, by: Actor) -> Patient:
    """Undo a merge that the patient made, and return their record.

    Raises NotAllowed or MergeUndoExpired.
    """
    if by.user is None or by.for_patient is not None or merge.by_id != by.user.pk:
        raise NotAllowed()
    if merge.remaining.user_id != by.user.pk:
        raise MergeUndoExpired()
    return undo_merge(merge, by=by.user)
