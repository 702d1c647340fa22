"""Add people to book for: a child at once, an adult who has to agree."""

from datetime import date, timedelta
from uuid import UUID

from booking.access.proxies import Permission
from booking.actions.actor import Actor
from booking.actions.audit.record import Action, patient_object, record_audit
from booking.actions.locks import write_action, write_transaction
from booking.actions.rate_limit import RateLimit, count_use
from booking.errors import RateLimitExceeded
from booking.features.proxies.actions.grants import (
    GrantTerms,
    grant_by_patient,
    make_grant,
    require_health_right,
    require_own_account,
    require_somebody_else,
    require_staff,
)
from booking.features.proxies.errors import (
    BornInTheFuture,
    CannotActForOneself,
    OldEnoughToAgree,
    RequestNotOpen,
    TooManyPeople,
)
from booking.features.proxies.models import (
    REQUEST_OPEN_FOR,
    Basis,
    DateOfBirth,
    Proxy,
    ProxyRequest,
    ProxySettings,
    permission_columns,
)
from booking.features.proxies.notifications import notify_agreed, notify_asked
from booking.features.proxies.queries import (
    age_on,
    grants_by,
    live_grants,
    open_requests,
    requests_by,
    today,
)
from booking.models import Patient, User
from clinic.lib.dates import clock
from clinic.lib.mailboxes import mailbox_of

MAX_PEOPLE = 10
"""How many people somebody can add online."""
OLDEST_BIRTH = timedelta(days=365 * 130)
CHILD_LIMIT = RateLimit("proxy-child", most=2 * MAX_PEOPLE, minutes=24 * 60)
"""Counts records of children made, also of those for whom the grant has ended since."""
REQUEST_LIMIT = RateLimit("proxy-request", most=10, minutes=24 * 60)
REQUEST_PER_EMAIL_LIMIT = RateLimit("proxy-request-email", most=3, minutes=24 * 60)
Answer = ProxyRequest.Answer


def parent_permissions(age: int, ages: ProxySettings) -> frozenset[Permission]:
    """Return a parent's permissions for a child of this age, in years.

    Health answers are not among them from the first age of review on.
    """
    allowed = {Permission.BOOK, Permission.SEE_TIMES, Permission.SEE_RECEIPTS}
    return frozenset(allowed | ({Permission.SEE_HEALTH} if age < ages.first_age else set()))


@write_action
def add_child(name: str, born: date, *, by: Actor) -> Proxy:
    """Make a record for a child and let the parent, who is signed in, act for it.

    Returns the grant: the existing one if the parent has added a child of this name and date of
    birth before. Raises BornInTheFuture, OldEnoughToAgree, TooManyPeople or RateLimitExceeded.
    """
    user, ages, day = require_own_account(by), ProxySettings.current(), today()
    if not day - OLDEST_BIRTH < born <= day:
        raise BornInTheFuture()
    age = age_on(born, day)
    if age >= ages.second_age:
        raise OldEnoughToAgree()
    count_use(CHILD_LIMIT, str(user.pk))
    with write_transaction():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if (known := _find_child(user, name, born)) is not None:
            return known
        _require_room_for_one_more(user)
        child = Patient.objects.create(name=name, email="", phone="", created_at=clock.now())
        DateOfBirth.objects.create(
            patient=child, born_on=born, entered_by=user, entered_at=clock.now()
        )
        record_audit(Action.CREATED, patient_object(child), by=by)
        terms = GrantTerms(parent_permissions(age, ages))
        return make_grant(user, child, terms, basis=Basis.PARENT, by=by)


@write_action
def ask_adult(
    name: str, email: str, permissions: frozenset[Permission], *, by: Actor
) -> ProxyRequest:
    """Ask an adult by e-mail whether the user may act for them. Return the request.

    A second request mails nothing and returns the first. The result is the same for addresses of
    patients and others. Raises CannotActForOneself, TooManyPeople or RateLimitExceeded.
    """
    user, address = require_own_account(by), email.strip().lower()
    if address == user.email:
        raise CannotActForOneself()
    count_use(REQUEST_LIMIT, str(user.pk))
    is_mailed = may_mail(address) and not _has_declined(user, address)
    with write_transaction():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        asked = ProxyRequest.objects.filter(
            actor=user, email=address, closes_at__gt=clock.now(), answer__in=("", Answer.DECLINED)
        )
        if (known := asked.first()) is not None:
            return known
        _require_room_for_one_more(user)
        request = _ask(user, name, permissions, email=address, basis=Basis.CONSENT)
        if is_mailed:
            notify_asked(request)
        return request


@write_action
def ask_clinic(name: str, permissions: frozenset[Permission], *, by: Actor) -> ProxyRequest:
    """Ask staff to confirm that a court lets the user act for somebody. Return the request.

    Raises TooManyPeople or RateLimitExceeded.
    """
    user = require_own_account(by)
    count_use(REQUEST_LIMIT, str(user.pk))
    with write_transaction():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        asked = open_requests(clock.now()).filter(actor=user, email="", name=name)
        if (known := asked.first()) is not None:
            return known
        _require_room_for_one_more(user)
        return _ask(user, name, permissions, email="", basis=Basis.COURT)


@write_action
def agree(public_id: UUID, patient: Patient, terms: GrantTerms, *, by: Actor) -> Proxy:
    """Agree to a request, as the adult who was asked, with terms of their own. Return the grant.

    `patient` is the adult's record; they have signed in with the address of the request. Raises
    RequestNotOpen, and what `grant_by_patient` raises.
    """
    with write_transaction():
        request = _lock_request_to(public_id, by)
        _answer(request, Answer.AGREED)
        grant = grant_by_patient(request.actor, patient, terms, by=by)
        notify_agreed(grant)
        return grant


@write_action
def decline(public_id: UUID, *, by: Actor) -> None:
    """Decline a request, as the adult who was asked. Who asked is not told.

    Raises RequestNotOpen.
    """
    with write_transaction():
        _answer(_lock_request_to(public_id, by), Answer.DECLINED)


@write_action
def withdraw(public_id: UUID, *, by: Actor) -> None:
    """Withdraw one of the user's own requests.

    Raises RequestNotOpen if it is somebody else's, agreed to or withdrawn.
    """
    with write_transaction():
        rows = ProxyRequest.objects.select_for_update().filter(public_id=public_id)
        request = rows.filter(actor=require_own_account(by)).first()
        if request is None or request.answer not in ("", Answer.DECLINED):
            raise RequestNotOpen()
        if not request.answer:
            _answer(request, Answer.WITHDRAWN)
        else:  # it was declined: only remove it from the page
            request.closes_at = clock.now()
            request.save(update_fields=["closes_at"])


@write_action
def confirm_court(public_id: UUID, terms: GrantTerms, *, by: Actor) -> Proxy:
    """Confirm, as staff, that a court lets somebody act for a person. Return the grant.

    The person gets a new record, which staff can merge with an older one. Raises RequestNotOpen,
    GrantToOneself, HealthNotForDesk, NotAllowed, and what `make_grant` raises.
    """
    require_staff(by)
    with write_transaction():
        request = _lock_court_request(public_id)
        require_somebody_else(request.actor, by)
        require_health_right(terms, None, by)
        _answer(request, Answer.AGREED)
        patient = Patient.objects.create(
            name=request.name, email="", phone="", created_at=clock.now()
        )
        record_audit(Action.CREATED, patient_object(patient), by=by)
        grant = make_grant(request.actor, patient, terms, basis=Basis.COURT, by=by)
        notify_agreed(grant)
        return grant


@write_action
def decline_court(public_id: UUID, *, by: Actor) -> None:
    """Decline, as staff, a request that says a court has decided.

    Raises RequestNotOpen or NotAllowed.
    """
    require_staff(by)
    with write_transaction():
        _answer(_lock_court_request(public_id), Answer.DECLINED)


def _find_child(user: User, name: str, born: date) -> Proxy | None:
    same_name = live_grants().filter(actor=user, basis=Basis.PARENT, patient__name=name)
    births = DateOfBirth.objects.filter(born_on=born).values("patient")
    return same_name.filter(patient__in=births).select_related("patient").first()


def _require_room_for_one_more(user: User) -> None:
    """Raise TooManyPeople at the limit. Declined requests count too, so it does not reveal them."""
    if len(grants_by(user)) + len(requests_by(user, clock.now())) >= MAX_PEOPLE:
        raise TooManyPeople()


def may_mail(email: str) -> bool:
    """Count a mail to an address and return whether its limit allows it. It raises nothing."""
    try:
        count_use(REQUEST_PER_EMAIL_LIMIT, mailbox_of(email))
    except RateLimitExceeded:
        return False
    return True


def _has_declined(user: User, email: str) -> bool:
    """Return whether the address has declined a request of this user, who then mails it no more."""
    before = ProxyRequest.objects.filter(actor=user, email=email, answer=Answer.DECLINED)
    return before.exists()


def _ask(
    user: User, name: str, permissions: frozenset[Permission], *, email: str, basis: Basis
) -> ProxyRequest:
    now = clock.now()
    return ProxyRequest.objects.create(
        actor=user,
        name=name,
        email=email,
        basis=basis,
        asked_at=now,
        closes_at=now + REQUEST_OPEN_FOR,
        **permission_columns(permissions),
    )


def _lock_request_to(public_id: UUID, by: Actor) -> ProxyRequest:
    """Return an open request to the signed-in user's address, locked. Raises RequestNotOpen."""
    rows = open_requests(clock.now()).select_for_update(of=("self",))
    request = rows.filter(public_id=public_id, email=require_own_account(by).email).first()
    if request is None or not request.email:
        raise RequestNotOpen()
    return request


def _lock_court_request(public_id: UUID) -> ProxyRequest:
    rows = open_requests(clock.now()).select_for_update(of=("self",))
    request = rows.filter(public_id=public_id, email="").first()
    if request is None:
        raise RequestNotOpen()
    return request


def _answer(request: ProxyRequest, answer: Answer) -> None:
    request.answer, request.answered_at = answer, clock.now()
    request.save(update_fields=["answer", "answered_at"])
