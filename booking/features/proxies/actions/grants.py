"""Make, change and end grants to act for a patient."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from booking.access.proxies import Permission
from booking.access.roles import Ability, has_ability
from booking.actions.actor import Actor, ActorType
from booking.actions.audit.record import Action, AuditObject, ObjectType, record_audit
from booking.actions.locks import write_action, write_transaction
from booking.errors import NotAllowed
from booking.features.proxies.errors import (
    CannotActForOneself,
    EndsInThePast,
    GrantNotActive,
    GrantToOneself,
    HealthNotForDesk,
    NoSuchAccount,
    NothingGranted,
)
from booking.features.proxies.models import (
    Basis,
    Proxy,
    ProxyEnd,
    ProxyReview,
    ProxySettings,
    permission_columns,
)
from booking.features.proxies.queries import (
    age_of,
    find_grant,
    live_grants,
    open_end_reviews,
    today,
)
from booking.models import Patient, User
from booking.queries.health.scope import may_read_answers
from clinic.lib.dates import clock

EndedBy = ProxyEnd.EndedBy
Decision = ProxyReview.Decision
DECIDED_BY_CLINIC = frozenset({Permission.BOOK})
"""What a patient cannot take away alone from a parent or from whom a court has appointed. It shows
nothing of the patient."""


@dataclass(frozen=True, slots=True)
class GrantTerms:
    """What a grant allows, and its last day, or None for no end."""

    permissions: frozenset[Permission]
    ends_on: date | None = None

    @classmethod
    def of(cls, permissions: Collection[Permission], ends_on: date | None = None) -> "GrantTerms":
        return cls(frozenset(permissions), ends_on)


def make_grant(
    actor: User,
    patient: Patient,
    terms: GrantTerms,
    *,
    basis: Basis,
    by: Actor,
    granted_by: User | None = None,
) -> Proxy:
    """Save a grant in the caller's transaction, and replace those of the same two people.

    `granted_by` is who has chosen the terms, if that was not `by`: a patient who invited `by`.
    Raises CannotActForOneself, NothingGranted or EndsInThePast.
    """
    row = lock_patient(patient)
    if row.user_id == actor.pk:
        raise CannotActForOneself()
    if not terms.permissions:
        raise NothingGranted()
    if terms.ends_on is not None and terms.ends_on < today():
        raise EndsInThePast()
    end_all(actor, row, by=by, ended_by=EndedBy.REPLACED)
    grant = Proxy.objects.create(
        actor=actor,
        patient=row,
        basis=basis,
        granted_by=granted_by or _user(by),
        granted_at=clock.now(),
        ends_on=terms.ends_on,
        **permission_columns(terms.permissions),
    )
    record_audit(Action.CREATED, grant_object(grant), by=by)
    return grant


def end_all(actor: User, patient: Patient, *, by: Actor, ended_by: EndedBy) -> list[Proxy]:
    """End the grants of one person over a patient, in the caller's transaction; return them.

    There can be several after a merge of two records. `ended_by` is saved with each end. Call
    `lock_patient` before.
    """
    ended = list(live_grants().filter(actor=actor, patient=patient).order_by("pk"))
    for grant in ended:
        ProxyEnd.objects.create(proxy=grant, side=ended_by, by=_user(by), at=clock.now())
        if ended_by != EndedBy.REPLACED:
            record_audit(Action.REVOKED, grant_object(grant), by=by)
    return ended


def end_agreed_since(user: User, since: datetime) -> None:
    """End the grants that a patient made since a moment, in the caller's transaction.

    Of those that staff decide about, what shows something of the patient.
    """
    by = Actor(ActorType.PATIENT, user)
    agreed = live_grants().filter(patient__user=user, granted_by=user, granted_at__gte=since)
    for grant in agreed.select_related("actor", "patient"):
        lock_patient(grant.patient)
        _end_as_patient(grant, by=by)


@write_action
def grant_by_patient(actor: User, patient: Patient, terms: GrantTerms, *, by: Actor) -> Proxy:
    """Grant, as the patient who is signed in, that somebody may act for them.

    Raises NotAllowed if somebody else is signed in, and what `make_grant` raises.
    """
    with write_transaction():
        if not is_patient_side(patient, by):
            raise NotAllowed()
        return make_grant(actor, patient, terms, basis=Basis.CONSENT, by=by)


@write_action
def grant_by_staff(
    email: str, patient: Patient, terms: GrantTerms, *, basis: Basis, by: Actor
) -> Proxy:
    """Grant, as staff, that the person with an e-mail address may act for a patient.

    Staff have heard it from the patient or seen it on paper. Raises NoSuchAccount if nobody has
    signed in with the address, GrantToOneself, HealthNotForDesk, NotAllowed, and what `make_grant`
    raises.
    """
    require_staff(by, patient)
    users = User.objects.filter(email=email.strip().lower(), is_active=True)
    actor = users.exclude(last_login=None).first()
    if actor is None:
        raise NoSuchAccount()
    require_somebody_else(actor, by)
    require_health_right(terms, patient, by)
    with write_transaction():
        return make_grant(actor, patient, terms, basis=basis, by=by)


@write_action
def change_grant(public_id: UUID, terms: GrantTerms, *, by: Actor) -> Proxy:
    """Replace a grant by one with other terms, as the patient or as staff. Return the new one.

    Raises GrantNotActive if it has ended or is over somebody else, GrantToOneself,
    HealthNotForDesk, and what `make_grant` raises.
    """
    with write_transaction():
        grant = _lock_live_grant(public_id)
        is_patient = is_patient_side(grant.patient, by)
        if not (is_patient or is_staff_side(by, grant.patient)):
            raise GrantNotActive()
        require_somebody_else(grant.actor, by)
        if is_patient and is_protected(grant):
            terms = _with_what_the_clinic_decides(terms, grant)
        elif not is_patient and not _is_included(terms, grant):
            require_health_right(terms, grant.patient, by)
        is_end_asked = is_patient and open_end_reviews().filter(proxy=grant).exists()
        changed = make_grant(grant.actor, grant.patient, terms, basis=Basis(grant.basis), by=by)
        _close_reviews(grant, Decision.CHANGED, by=by)
        if is_end_asked:
            _raise_end_review(changed)
        return changed


@write_action
def end_grant(public_id: UUID, *, by: Actor) -> bool:
    """End a grant at once, as the patient, the proxy or staff. A second call changes nothing.

    If the patient ends one that a parent or a court has, it shows nothing of them from now on, and
    staff get a task. What is left of it, booking, ends when staff decide so (`is_protected`).
    Return whether it has ended. Nobody is told. Raises GrantNotActive for anybody else, and if
    there is no such grant.
    """
    with write_transaction():
        grant = find_grant(public_id)
        if grant is None:
            raise GrantNotActive()
        lock_patient(grant.patient)
        grant.patient.refresh_from_db()
        ended_by = _who_ends(grant, by)
        if ended_by is None:
            raise GrantNotActive()
        if ended_by == EndedBy.PATIENT:
            return _end_as_patient(grant, by=by)
        end_all(grant.actor, grant.patient, by=by, ended_by=ended_by)
        _close_reviews(grant, Decision.ENDED, by=by)
        return True


def _end_as_patient(grant: Proxy, *, by: Actor) -> bool:
    """End a grant, or leave of it what staff decide about. Return whether it has ended."""
    live = live_grants().filter(actor=grant.actor, patient=grant.patient).order_by("pk")
    newest = live.select_related("actor", "patient").last()
    if newest is None:
        return True
    kept = newest.permissions & DECIDED_BY_CLINIC
    if not kept or not is_protected(newest):
        end_all(newest.actor, newest.patient, by=by, ended_by=EndedBy.PATIENT)
        _close_reviews(newest, Decision.ENDED, by=by)
        if newest.basis != Basis.CONSENT:
            _raise_end_review(newest)
        return True
    if newest.permissions != kept or not open_end_reviews().filter(proxy=newest).exists():
        terms = GrantTerms(kept, newest.ends_on)
        left = make_grant(newest.actor, newest.patient, terms, basis=Basis(newest.basis), by=by)
        _close_reviews(newest, Decision.CHANGED, by=by)
        _raise_end_review(left)
    return False


def is_protected(grant: Proxy) -> bool:
    """Return whether staff decide if a grant ends when the patient asks for it.

    A court has given it, or it is a parent's, unless the patient is old enough to decide alone.
    """
    if grant.basis != Basis.PARENT:
        return grant.basis == Basis.COURT
    age = age_of(grant.patient)
    return age is None or age < ProxySettings.current().second_age


def _with_what_the_clinic_decides(terms: GrantTerms, grant: Proxy) -> GrantTerms:
    """Return terms of the patient's choice, with what they cannot take away from the grant."""
    kept = grant.permissions & DECIDED_BY_CLINIC
    return GrantTerms(terms.permissions | kept, grant.ends_on)


def _raise_end_review(grant: Proxy) -> None:
    ProxyReview.objects.get_or_create(
        proxy=grant,
        reason=ProxyReview.Reason.ENDED_BY_PATIENT,
        defaults={"due_on": today(), "raised_at": clock.now()},
    )


def lock_patient(patient: Patient) -> Patient:
    """Return a patient's row, read again and locked until the end of the transaction.

    Grants over one patient are therefore made one after the other.
    """
    rows = Patient.objects.select_for_update(of=("self",), no_key=True)
    return rows.get(pk=patient.pk)


def grant_object(grant: Proxy) -> AuditObject:
    """Return a grant as the object of an entry of the audit trail."""
    allowed = sorted(str(permission) for permission in grant.permissions)
    return AuditObject(
        ObjectType.PATIENT,
        grant.patient.public_id,
        grant.patient_id,
        grant.patient.email,
        affected_user=grant.actor,
        details={"kind": "grant to act for the patient", "fields": allowed},
    )


def is_patient_side(patient: Patient, by: Actor) -> bool:
    """Return whether the actor is the patient, and not a proxy."""
    return by.user is not None and by.for_patient is None and patient.user_id == by.user.pk


def is_staff_side(by: Actor, patient: Patient | None = None) -> bool:
    """Return whether the actor is a member of staff who may decide on grants.

    They may see every patient's contact data, or treat this patient.
    """
    if by.user is None or by.for_patient is not None:
        return False
    return has_ability(by.user, Ability.ALL_CONTACTS) or (
        patient is not None and may_read_answers(by.user, patient.pk, clock.now())
    )


def require_staff(by: Actor, patient: Patient | None = None) -> None:
    """Raise NotAllowed unless the actor is a member of staff who may decide on grants."""
    if not is_staff_side(by, patient):
        raise NotAllowed()


def require_health_right(terms: GrantTerms, patient: Patient | None, by: Actor) -> None:
    """Raise HealthNotForDesk if staff grant what they may not see: a patient's health answers.

    `patient` is None for a record that is not made yet, which nobody treats.
    """
    if Permission.SEE_HEALTH not in terms.permissions:
        return
    key = patient.pk if patient is not None else None
    if by.user is None or not may_read_answers(by.user, key, clock.now()):
        raise HealthNotForDesk()


def _is_included(terms: GrantTerms, grant: Proxy) -> bool:
    """Return whether a grant shows health answers already, and for at least as long."""
    is_as_long = grant.ends_on is None or (
        terms.ends_on is not None and terms.ends_on <= grant.ends_on
    )
    return grant.may_see_health and is_as_long


def require_somebody_else(actor: User, by: Actor) -> None:
    """Raise GrantToOneself if a member of staff decides about what they may do themselves."""
    if by.user is not None and by.user.pk == actor.pk:
        raise GrantToOneself()


def _lock_live_grant(public_id: UUID) -> Proxy:
    grant = find_grant(public_id)
    if grant is None:
        raise GrantNotActive()
    lock_patient(grant.patient)
    if not live_grants().filter(pk=grant.pk).exists():
        raise GrantNotActive()
    return grant


def _who_ends(grant: Proxy, by: Actor) -> EndedBy | None:
    """Return as whom the actor may end a grant, or None if they may not."""
    if is_patient_side(grant.patient, by):
        return EndedBy.PATIENT
    if by.user is not None and by.user.pk == grant.actor_id:
        return EndedBy.ACTOR
    return EndedBy.STAFF if is_staff_side(by, grant.patient) else None


def _close_reviews(grant: Proxy, decision: Decision, *, by: Actor) -> None:
    """Close the open reviews of a grant that has ended or changed.

    A review because the patient ended the grant stays open: staff have to look at it.
    """
    still_open = grant.reviews.filter(done_at=None)
    still_open.update(decision=decision, done_at=clock.now(), done_by=_user(by))


def require_own_account(by: Actor) -> User:
    """Return the signed-in user. Raises NotAllowed for a proxy who acts for somebody."""
    if by.for_patient is not None:
        raise NotAllowed()
    return _user(by)


def _user(by: Actor) -> User:
    if by.user is None:
        raise NotAllowed()
    return by.user
