"""A grown child asks for the record that was kept for them; staff hand it over."""

from datetime import date
from uuid import UUID

from booking.actions.actor import Actor
from booking.actions.audit.record import Action, AuditObject, ObjectType, record_audit
from booking.actions.locks import write_action, write_transaction
from booking.actions.patients.merge_patients import merge_patients
from booking.actions.rate_limit import RateLimit, count_use
from booking.features.proxies.actions.grants import (
    GrantTerms,
    end_all,
    make_grant,
    require_own_account,
    require_somebody_else,
    require_staff,
)
from booking.features.proxies.actions.people import OLDEST_BIRTH
from booking.features.proxies.errors import (
    BornInTheFuture,
    NoSuchRecord,
    ReasonMissing,
    TakeoverNotOpen,
    TooYoungToTakeOver,
)
from booking.features.proxies.models import (
    TAKEOVER_OPEN_FOR,
    Basis,
    Proxy,
    ProxyEnd,
    ProxyReview,
    ProxySettings,
    RecordTakeover,
    permission_columns,
)
from booking.features.proxies.notifications.takeovers import notify_grown_up, notify_taken_over
from booking.features.proxies.queries import age_on, live_grants, today
from booking.features.proxies.queries.takeovers import open_takeovers, takeover_records
from booking.inputs import ContactDetails
from booking.models import Patient, User
from clinic.lib.dates import clock

TAKEOVER_LIMIT = RateLimit("record-takeover", most=5, minutes=24 * 60)
Decision = RecordTakeover.Decision


@write_action
def ask_to_take_over(born: date, kept: GrantTerms, *, by: Actor) -> RecordTakeover:
    """Ask, as a grown child with an account, for the record that a parent has kept.

    `kept` is what the parents may do afterwards; nothing if it has no permissions. A second request
    changes the one that is open. The result says nothing about which records there are. Raises
    NotAllowed, BornInTheFuture, TooYoungToTakeOver or RateLimitExceeded.
    """
    user, day = require_own_account(by), today()
    if not day - OLDEST_BIRTH < born <= day:
        raise BornInTheFuture()
    if age_on(born, day) < ProxySettings.current().second_age:
        raise TooYoungToTakeOver()
    count_use(TAKEOVER_LIMIT, str(user.pk))
    now = clock.now()
    values = {
        "born_on": born,
        "asked_at": now,
        "closes_at": now + TAKEOVER_OPEN_FOR,
        **permission_columns(kept.permissions),
    }
    with write_transaction():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        row, _new = RecordTakeover.objects.update_or_create(user=user, decision="", defaults=values)
        record_audit(Action.SENT, _takeover_object(row), by=by)
    return row


@write_action
def withdraw_takeover(*, by: Actor) -> None:
    """Withdraw the user's own open request. Raises TakeoverNotOpen."""
    with write_transaction():
        rows = RecordTakeover.objects.filter(user=require_own_account(by), decision="")
        if not rows.update(decision=Decision.WITHDRAWN, decided_at=clock.now()):
            raise TakeoverNotOpen()


@write_action
def hand_over_record(public_id: UUID, record: UUID, reason: str, *, by: Actor) -> Patient:
    """Hand a record over, as staff who have seen who the grown child is. Return the joined record.

    What parents and others may do for the patient ends, but for what a court has decided; parents
    then may do what the grown child chose. The record is merged into that of the account, so it can
    be undone for a day. Both sides get a mail. Raises TakeoverNotOpen, NoSuchRecord, ReasonMissing,
    NotAllowed, GrantToOneself for staff whom it is about, and what `merge_patients` raises.
    """
    staff = _deciding_staff(by, reason)
    with write_transaction():
        row = _lock_takeover(public_id)
        require_somebody_else(row.user, by)
        own, child = _lock_both(row, record)
        ended = _end_grants(child, by=by)
        contact = ContactDetails(own.name, own.email, own.phone)
        merge_patients(own, child, contact, by=staff)
        own.refresh_from_db()
        _grant_again(row, own, ended, by=by)
        _decide(row, Decision.DONE, reason, by=staff)
        record_audit(Action.CONFIRMED, _takeover_object(row), by=by)
        notify_taken_over(row)
        for grant in _one_grant_per_person(ended):
            notify_grown_up(grant)
    return own


@write_action
def decline_takeover(public_id: UUID, reason: str, *, by: Actor) -> None:
    """Decline a request, as staff. Raises TakeoverNotOpen, ReasonMissing or NotAllowed."""
    staff = _deciding_staff(by, reason)
    with write_transaction():
        row = _lock_takeover(public_id)
        require_somebody_else(row.user, by)
        _decide(row, Decision.DECLINED, reason, by=staff)


def _deciding_staff(by: Actor, reason: str) -> User:
    require_staff(by)
    if not reason.strip():
        raise ReasonMissing()
    return require_own_account(by)


def _lock_takeover(public_id: UUID) -> RecordTakeover:
    rows = open_takeovers(clock.now()).select_for_update(of=("self",))
    row = rows.filter(public_id=public_id).first()
    if row is None:
        raise TakeoverNotOpen()
    return row


def _lock_both(row: RecordTakeover, record: UUID) -> tuple[Patient, Patient]:
    """Return the record of the account and the one to hand over, locked in the order of a merge.

    Raises NoSuchRecord.
    """
    wanted = takeover_records(row).filter(public_id=record).values_list("pk", flat=True).first()
    own = row.user.patient.pk
    rows = Patient.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    found = {patient.pk: patient for patient in rows.filter(pk__in=[own, wanted or own])}
    if wanted is None or found[wanted].user_id is not None or found[wanted].merged_into_id:
        raise NoSuchRecord()
    return found[own], found[wanted]


def _end_grants(child: Patient, *, by: Actor) -> list[Proxy]:
    """End all grants over a child but those of a court, and their reviews. Return them."""
    rows = live_grants().filter(patient=child).exclude(basis=Basis.COURT)
    grants = list(rows.select_related("actor", "patient").order_by("pk"))
    for grant in grants:
        require_somebody_else(grant.actor, by)
    for actor in {grant.actor for grant in grants}:
        end_all(actor, child, by=by, ended_by=ProxyEnd.EndedBy.STAFF)
    reviews = ProxyReview.objects.filter(proxy__in=grants, done_at=None)
    reviews.update(decision=ProxyReview.Decision.ENDED, done_at=clock.now(), done_by=by.user)
    return grants


def _grant_again(row: RecordTakeover, own: Patient, ended: list[Proxy], *, by: Actor) -> None:
    """Let parents do what the grown child chose. A court's grant over the same record stays."""
    terms = GrantTerms(row.permissions)
    if not terms.permissions:
        return
    for actor in {grant.actor for grant in ended if grant.basis == Basis.PARENT}:
        if not live_grants().filter(actor=actor, patient=own).exists():
            make_grant(actor, own, terms, basis=Basis.CONSENT, by=by, granted_by=row.user)


def _one_grant_per_person(grants: list[Proxy]) -> list[Proxy]:
    """Return one grant for each person who had some."""
    return list({grant.actor_id: grant for grant in grants}.values())


def _decide(row: RecordTakeover, decision: Decision, reason: str, *, by: User) -> None:
    row.decision, row.reason = decision, reason.strip()
    row.decided_at, row.decided_by = clock.now(), by
    row.save(update_fields=["decision", "reason", "decided_at", "decided_by"])


def _takeover_object(row: RecordTakeover) -> AuditObject:
    """Return a request as the object of an entry: the account that takes the record over."""
    patient = Patient.objects.get(user=row.user)
    return AuditObject(
        ObjectType.ACCOUNT,
        patient.public_id,
        patient.pk,
        patient.email,
        affected_user=row.user,
        details={"kind": "takes over the record that was kept for a child"},
    )
