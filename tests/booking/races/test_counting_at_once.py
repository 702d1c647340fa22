"""Rate limits count concurrent requests correctly."""

import pytest
from pytest_django import Settings

from booking.actions.rate_limit import RateLimit, count_use
from booking.models import RateLimitCounter
from tests.booking.races.concurrency import all_at_once

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("database"), pytest.mark.postgresql]

CROWD = RateLimit("crowd", most=1000)


@pytest.mark.django_db(transaction=True)
def test_concurrent_requests_are_all_counted(settings: Settings) -> None:
    settings.ABUSE_LIMITS = True

    answers = all_at_once([lambda: count_use(CROWD, "203.0.113.9")] * 24)

    assert answers == [None] * 24
    assert RateLimitCounter.objects.get().count == 24
