"""Limits that a flood meets and ordinary people never notice."""

from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from booking.actions.fair_use import Rule, spend
from booking.errors import TooMany
from booking.models import UseCount

pytestmark = pytest.mark.postgresql

RULE = Rule("try", most=3, minutes=10)


@pytest.fixture(autouse=True)
def _limits(settings: Settings, frozen_clock: datetime) -> None:
    settings.ABUSE_LIMITS = True


@pytest.mark.django_db
def test_the_share_of_a_window_can_be_used_up(frozen_clock: datetime) -> None:
    for _ in range(3):
        spend(RULE, "203.0.113.9")
    with pytest.raises(TooMany) as refused:
        spend(RULE, "203.0.113.9")

    assert refused.value.retry_after == 601


@pytest.mark.django_db
def test_others_and_other_rules_are_not_touched() -> None:
    for _ in range(3):
        spend(RULE, "203.0.113.9")

    spend(RULE, "203.0.113.10")
    spend(Rule("other", most=3), "203.0.113.9")


@pytest.mark.django_db
def test_the_next_window_is_a_new_one(settings: Settings) -> None:
    for _ in range(3):
        spend(RULE, "203.0.113.9")
    settings.CLINIC_CLOCK += timedelta(minutes=10)

    spend(RULE, "203.0.113.9")


@pytest.mark.django_db
def test_an_email_counts_in_any_case_and_is_not_stored() -> None:
    spend(RULE, "Ana@Reader.example")
    spend(RULE, " ana@reader.EXAMPLE")

    row = UseCount.objects.get()
    assert row.count == 2
    assert "reader" not in row.key


@pytest.mark.django_db
def test_counts_of_long_ago_are_swept_out(settings: Settings) -> None:
    spend(RULE, "somebody")
    settings.CLINIC_CLOCK += timedelta(days=3)
    spend(RULE, "somebody else")

    assert UseCount.objects.count() == 1
