"""Reviews of parents' grants as children grow up: a job opens them, staff decide them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from booking.actions.actor import Actor
from booking.actions.audit.record import Action, record_audit
from booking.actions.audit.settings import record_setting
from booking.actions.locks import write_action, write_transaction
from booking.features.proxies.actions.grants import (
    GrantTerms,
    change_grant,
    end_grant,
    grant_object,
    require_staff,
)
from booking.features.proxies.errors import ReviewDone
from booking.features.proxies.models import (
    Basis,
    Proxy,
    ProxyInvitation,
    ProxyRequest,
    ProxyReview,
    ProxySettings,
    RecordTakeover,
)
from booking.features.proxies.notifications import notify_review_ahead
from booking.features.proxies.queries import birth_dates, birthday, live_grants
from booking.models import ClinicProfile
from clinic.lib.dates import clock

Decision = ProxyReview.Decision
Reason = ProxyReview.Reason
REQUEST_KEPT_FOR = timedelta(days=30)
"""How long a closed request or invitation is kept. Not longer, as it contains an address."""


@dataclass(frozen=True, slots=True)
class _ComingReview:
    """The review that a grant needs on the birthday on which the child reaches an age."""

    grant: Proxy
    reason: Reason
    due_on: date


def raise_reviews(now: datetime) -> int:
    """Open reviews of the grants of parents whose child has reached an age of review.

    Parents get a mail some days before. The grants stay in force. Also deletes old requests.
    Returns the number of reviews opened, mails queued and requests deleted.
    """
    clinic = ClinicProfile.current()
    if clinic is None:
        return 0
    ages, today, count = ProxySettings.current(), clinic.today(now), 0
    for coming in _coming_reviews(ages, clinic):
        if coming.due_on <= today:
            count += _raise_review(coming, now)
        elif coming.due_on - timedelta(days=ages.notice_days) <= today:
            with transaction.atomic():
                count += notify_review_ahead(coming.grant, coming.reason, coming.due_on)
    return count + delete_old_requests(now)


def delete_old_requests(now: datetime) -> int:
    """Delete requests, invitations and takeovers that closed some time ago. Returns how many."""
    models = (ProxyRequest, ProxyInvitation, RecordTakeover)
    closed = [
        model._default_manager.filter(closes_at__lte=now - REQUEST_KEPT_FOR) for model in models
    ]
    return sum(rows.delete()[0] for rows in closed)


@write_action
def keep_grant(review: ProxyReview, *, by: Actor) -> None:
    """Decide that a grant stays as it is. Raises ReviewDone or NotAllowed."""
    require_staff(by)
    with write_transaction():
        _decide(_lock_review(review), Decision.KEPT, by=by)


@write_action
def change_reviewed_grant(review: ProxyReview, terms: GrantTerms, *, by: Actor) -> Proxy:
    """Decide that a grant gets other terms. Return the new grant.

    Raises ReviewDone, and what `change_grant` raises.
    """
    require_staff(by)
    with write_transaction():
        row = _lock_review(review)
        _decide(row, Decision.CHANGED, by=by)
        return change_grant(row.proxy.public_id, terms, by=by)


@write_action
def end_reviewed_grant(review: ProxyReview, *, by: Actor) -> None:
    """Decide that a grant ends, and end it. Raises ReviewDone or NotAllowed."""
    require_staff(by)
    with write_transaction():
        row = _lock_review(review)
        _decide(row, Decision.ENDED, by=by)
        end_grant(row.proxy.public_id, by=by)


@write_action
def save_ages(values: Mapping[str, Any], *, by: Actor) -> ProxySettings:
    """Save the clinic's ages of review, and how children are booked: columns of ProxySettings."""
    with write_transaction():
        row, _created = ProxySettings.objects.update_or_create(only_row=True, defaults=values)
        record_setting("Ages at which grants of parents are reviewed", by=by)
    return row


def _coming_reviews(ages: ProxySettings, clinic: ClinicProfile) -> Iterator[_ComingReview]:
    """Yield the reviews of parents' grants in force that are not open yet, due or not.

    A grant that was made after the birthday was made for that age, and is not reviewed for it.
    """
    grants = list(live_grants().filter(basis=Basis.PARENT).select_related("actor", "patient"))
    born = birth_dates([grant.patient_id for grant in grants])
    raised = set(ProxyReview.objects.values_list("proxy", "reason"))
    for grant in grants:
        for reason, age in (
            (Reason.FIRST_AGE, ages.first_age),
            (Reason.SECOND_AGE, ages.second_age),
        ):
            if grant.patient_id not in born or (grant.pk, reason.value) in raised:
                continue
            due_on = birthday(born[grant.patient_id], age)
            if clinic.local_date(grant.granted_at) < due_on:
                yield _ComingReview(grant, reason, due_on)


def _raise_review(coming: _ComingReview, now: datetime) -> int:
    _row, is_new = ProxyReview.objects.get_or_create(
        proxy=coming.grant,
        reason=coming.reason,
        defaults={"due_on": coming.due_on, "raised_at": now},
    )
    return int(is_new)


def _lock_review(review: ProxyReview) -> ProxyReview:
    rows = ProxyReview.objects.select_for_update(of=("self",))
    row = rows.select_related("proxy__patient", "proxy__actor").get(pk=review.pk)
    if row.done_at is not None:
        raise ReviewDone()
    return row


def _decide(row: ProxyReview, decision: Decision, *, by: Actor) -> None:
    row.decision, row.done_at, row.done_by = decision, clock.now(), by.user
    row.save(update_fields=["decision", "done_at", "done_by"])
    if decision == Decision.KEPT:  # the others leave an entry of their own
        record_audit(Action.CHANGED, grant_object(row.proxy), by=by)
