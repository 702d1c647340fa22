"""Rate limits."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import override_settings
from pytest_django import Settings

from booking.actions.rate_limit import RateLimit, count_use
from booking.errors import RateLimitExceeded
from booking.models import RateLimitCounter
from clinic.lib import rate_limit

pytestmark = pytest.mark.postgresql

RULE = RateLimit("try", most=3, minutes=10)


@pytest.fixture(autouse=True)
def _limits(settings: Settings, frozen_clock: datetime) -> None:
    settings.ABUSE_LIMITS = True


@pytest.mark.django_db
def test_the_limit_of_a_window_is_enforced(frozen_clock: datetime) -> None:
    for _ in range(3):
        count_use(RULE, "203.0.113.9")
    with pytest.raises(RateLimitExceeded) as refused:
        count_use(RULE, "203.0.113.9")

    assert refused.value.retry_after == 601


@pytest.mark.django_db
def test_other_keys_and_other_limits_are_not_affected() -> None:
    for _ in range(3):
        count_use(RULE, "203.0.113.9")

    count_use(RULE, "203.0.113.10")
    count_use(RateLimit("other", most=3), "203.0.113.9")


@pytest.mark.django_db
def test_the_next_window_starts_at_zero(settings: Settings) -> None:
    for _ in range(3):
        count_use(RULE, "203.0.113.9")
    settings.CLINIC_CLOCK += timedelta(minutes=10)

    count_use(RULE, "203.0.113.9")


@pytest.mark.django_db
def test_an_email_counts_in_any_case_and_is_not_stored() -> None:
    count_use(RULE, "Ana@Reader.example")
    count_use(RULE, " ana@reader.EXAMPLE")

    row = RateLimitCounter.objects.get()
    assert row.count == 2
    assert "reader" not in row.key


@pytest.mark.django_db
def test_a_use_is_counted_by_one_statement(django_assert_num_queries: Any) -> None:
    for _ in range(2):
        with django_assert_num_queries(1):
            count_use(RULE, "203.0.113.9")

    assert RateLimitCounter.objects.get().count == 2


def test_while_the_cache_is_away_nothing_is_counted_and_it_is_asked_again_later(
    settings: Settings, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = {"BACKEND": "tests.booking.doctor.broken.DeadCache"}
    monkeypatch.setattr(rate_limit, "_outage", rate_limit.CacheOutage())
    with override_settings(CACHES={**settings.CACHES, "default": dead}):
        for _ in range(4):
            rate_limit.count_use(RULE, "203.0.113.9", count=rate_limit.count_in_cache)
    assert caplog.messages == ["The cache does not answer: ConnectionError"]

    monkeypatch.setattr(rate_limit, "_outage", rate_limit.CacheOutage())
    for _ in range(RULE.most):
        rate_limit.count_use(RULE, "203.0.113.9", count=rate_limit.count_in_cache)
    with pytest.raises(RateLimitExceeded):
        rate_limit.count_use(RULE, "203.0.113.9", count=rate_limit.count_in_cache)
