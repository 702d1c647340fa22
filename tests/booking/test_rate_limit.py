"""Rate limits."""

from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from booking.actions.rate_limit import RateLimit, hit
from booking.errors import RateLimitExceeded
from booking.models import RateLimitCounter

pytestmark = pytest.mark.postgresql

RULE = RateLimit("try", most=3, minutes=10)


@pytest.fixture(autouse=True)
def _limits(settings: Settings, frozen_clock: datetime) -> None:
    settings.ABUSE_LIMITS = True


@pytest.mark.django_db
def test_the_limit_of_a_window_is_enforced(frozen_clock: datetime) -> None:
    for _ in range(3):
        hit(RULE, "203.0.113.9")
    with pytest.raises(RateLimitExceeded) as refused:
        hit(RULE, "203.0.113.9")

    assert refused.value.retry_after == 601


@pytest.mark.django_db
def test_other_keys_and_other_limits_are_not_affected() -> None:
    for _ in range(3):
        hit(RULE, "203.0.113.9")

    hit(RULE, "203.0.113.10")
    hit(RateLimit("other", most=3), "203.0.113.9")


@pytest.mark.django_db
def test_the_next_window_starts_at_zero(settings: Settings) -> None:
    for _ in range(3):
        hit(RULE, "203.0.113.9")
    settings.CLINIC_CLOCK += timedelta(minutes=10)

    hit(RULE, "203.0.113.9")


@pytest.mark.django_db
def test_an_email_counts_in_any_case_and_is_not_stored() -> None:
    hit(RULE, "Ana@Reader.example")
    hit(RULE, " ana@reader.EXAMPLE")

    row = RateLimitCounter.objects.get()
    assert row.count == 2
    assert "reader" not in row.key


@pytest.mark.django_db
def test_old_counters_are_deleted(settings: Settings) -> None:
    hit(RULE, "somebody")
    settings.CLINIC_CLOCK += timedelta(days=3)
    hit(RULE, "somebody else")

    assert RateLimitCounter.objects.count() == 1
