"""Retention rules: the longest counts, nothing is invented, and a dry run comes first."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from booking.actions.actor import Actor, ActorType
from booking.features.privacy.actions.retention import (
    approve_rule,
    delete_rule,
    run_retention,
    save_rule,
    stop_run,
    withdraw_approval,
)
from booking.features.privacy.errors import NotTheOwner
from booking.features.privacy.models import RetentionRule, RetentionRun, SealedRecord
from booking.features.privacy.queries.majority import OTHER_AGES
from booking.features.privacy.queries.retention import (
    approved_rules,
    find_due_records,
    find_retained,
    rules_in_words,
)
from booking.features.proxies.models import DateOfBirth
from booking.models import AuditEntry, ClinicProfile, Patient, Role
from tests import factories as make
from tests.factories.privacy import RetentionRuleFactory, SealedRecordFactory
from tests.people import member

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
YEAR = timedelta(days=366)


@pytest.fixture
def now(frozen_clock: datetime) -> datetime:
    return frozen_clock


@pytest.fixture
def clinic(now: datetime) -> ClinicProfile:
    return make.ClinicProfileFactory()


@pytest.fixture
def owner(clinic: ClinicProfile) -> Actor:
    return Actor(ActorType.STAFF, member(Role.OWNER))


def visited(at: datetime, **values: Any) -> Patient:
    """A patient whose last visit was then."""
    patient: Patient = make.PatientFactory(**values)
    make.AppointmentFactory(patient=patient, starts_at=at, booked_at=at, status="completed")
    return patient


def kept_until(patient: Patient, clinic: ClinicProfile, now: datetime) -> list[date]:
    return [kept.keep_until for kept in find_retained(patient, approved_rules(), clinic, now)]


def test_the_shipped_rules_are_second_hand_cite_a_source_and_do_not_count() -> None:
    rules = RetentionRule.objects.all()

    assert {rule.jurisdiction for rule in rules} == {
        "Texas",
        "NCBTMB (United States)",
        "CNHC (United Kingdom)",
        "Balens insurance (United Kingdom)",
    }
    assert all(rule.is_second_hand and rule.source and not rule.checked_on for rule in rules)
    assert approved_rules() == []


@pytest.mark.parametrize(
    ("years", "last_day"),
    [((4,), [date(2029, 11, 23)]), ((4, 8, 6), [date(2033, 11, 23)]), ((), []), ((1,), [])],
)
def test_the_longest_approved_rule_counts(
    years: tuple[int, ...], last_day: list[date], clinic: ClinicProfile, now: datetime
) -> None:
    patient = visited(datetime.fromisoformat("2025-11-23T18:00:00+00:00"))
    for number in years:
        RetentionRuleFactory(years=number)
    RetentionRuleFactory(years=50, approved_at=None)

    assert kept_until(patient, clinic, now) == last_day


def test_years_from_majority_count_for_whoever_was_a_child(
    clinic: ClinicProfile, now: datetime
) -> None:
    child, adult = visited(now - 30 * timedelta(days=1)), visited(now - 60 * timedelta(days=1))
    user = member(Role.FRONTDESK)
    DateOfBirth.objects.create(patient=child, born_on="2012-02-29", entered_by=user)
    RetentionRuleFactory(years=4)
    RetentionRuleFactory(years=7, counted_from="majority")

    assert kept_until(child, clinic, now) == [date(2037, 3, 1)]
    assert kept_until(adult, clinic, now)[0].year == 2030


def test_nothing_is_due_without_a_rule_that_counts_from_the_last_visit(
    clinic: ClinicProfile, now: datetime
) -> None:
    visited(now - 40 * YEAR)
    RetentionRuleFactory(years=4, counted_from="majority")
    RetentionRuleFactory(years=4, kind="receipts")

    assert run_retention(now) == 0
    assert not RetentionRun.objects.exists()


def test_a_dry_run_is_shown_for_a_week_before_anything_goes(
    clinic: ClinicProfile, now: datetime
) -> None:
    old, recent = visited(now - 5 * YEAR), visited(now - 3 * YEAR)
    make.PatientFactory(name="Never came")
    RetentionRuleFactory(years=4)
    first = run_retention(now)
    [run] = RetentionRun.objects.all()
    second = run_retention(now + timedelta(days=6))
    third = run_retention(now + timedelta(days=7))
    old.refresh_from_db()
    recent.refresh_from_db()
    run.refresh_from_db()

    assert run.records == [str(old.public_id)]
    assert (first, second, third) == (0, 0, 1)
    assert (run.erased, old.name, recent.erased_at) == (1, "Erased person", None)


def test_who_came_again_meanwhile_is_not_erased(clinic: ClinicProfile, now: datetime) -> None:
    old = visited(now - 5 * YEAR)
    RetentionRuleFactory(years=4)
    run_retention(now)
    make.AppointmentFactory(patient=old, starts_at=now - timedelta(days=1), status="completed")

    assert run_retention(now + timedelta(days=7)) == 0
    old.refresh_from_db()
    assert old.erased_at is None


def test_a_stopped_run_erases_nothing_and_is_not_planned_again_at_once(
    clinic: ClinicProfile, now: datetime, owner: Actor
) -> None:
    old = visited(now - 5 * YEAR)
    RetentionRuleFactory(years=4)
    run_retention(now)
    stop_run(RetentionRun.objects.get(), by=owner)
    run_retention(now + timedelta(days=8))
    old.refresh_from_db()

    assert old.erased_at is None
    assert RetentionRun.objects.count() == 1


def test_sealed_records_are_deleted_after_their_day(clinic: ClinicProfile, now: datetime) -> None:
    SealedRecordFactory(keep_until=date(2026, 11, 22))
    today = SealedRecordFactory(keep_until=date(2026, 11, 23))

    assert run_retention(now) == 1
    assert SealedRecord.objects.get() == today


def test_a_rule_counts_once_the_owner_approves_it_and_again_after_a_change(owner: Actor) -> None:
    rule = RetentionRuleFactory(approved_at=None)
    approve_rule(rule, by=owner)
    approved = list(approved_rules())
    rule.years = 5
    save_rule(rule, by=owner)
    changed = list(approved_rules())
    approve_rule(rule, by=owner)
    withdraw_approval(rule, by=owner)

    assert (approved, changed, approved_rules()) == ([rule], [], [])
    delete_rule(rule, by=owner)
    done = AuditEntry.objects.filter(object_type="setting", user=owner.user).order_by("pk")
    assert list(done.values_list("action", flat=True)) == [
        "accepted",
        "changed",
        "accepted",
        "revoked",
        "revoked",
        "deleted",
    ]


def test_nobody_but_the_owner_decides_about_rules(clinic: ClinicProfile) -> None:
    rule, desk = RetentionRuleFactory(), Actor(ActorType.STAFF, member(Role.FRONTDESK))
    for action in (save_rule, approve_rule, withdraw_approval, delete_rule):
        with pytest.raises(NotTheOwner):
            action(rule, by=desk)


def test_no_rule_erases_a_restricted_record(
    owner: Actor, clinic: ClinicProfile, now: datetime
) -> None:
    approve_rule(RetentionRuleFactory(years=4), by=owner)
    free = visited(now - 6 * YEAR)
    visited(now - 6 * YEAR, restricted_since=now)

    assert find_due_records(clinic, now) == [free]


def test_years_are_counted_from_the_age_of_majority_of_the_rule(
    owner: Actor, clinic: ClinicProfile, now: datetime
) -> None:
    """Born in 2015: with ten years from majority at 18, 19 and 21."""
    kid = visited(now)
    DateOfBirth.objects.create(patient=kid, born_on=date(2015, 5, 1), entered_by=owner.user)
    ends = []
    for age in (18, 19, 21):
        rule = RetentionRuleFactory(years=10, counted_from="majority", majority_age=age)
        approve_rule(rule, by=owner)
        ends.append(kept_until(kid, clinic, now))

    assert ends == [[date(2043, 5, 1)], [date(2044, 5, 1)], [date(2046, 5, 1)]]
    assert "10 years from the birthday on which they turn 21" in rules_in_words()[-1]


def test_other_ages_of_majority_cite_a_statute_and_what_was_read() -> None:
    ages = {row.jurisdiction: row.age for row in OTHER_AGES}

    assert ages == {"Alabama": 19, "Mississippi": 21, "Nebraska": 19}
    assert all("section" in row.source and row.seen for row in OTHER_AGES)
    assert {rule.majority_age for rule in RetentionRule.objects.all()} == {18}
