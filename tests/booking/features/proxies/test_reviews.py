"""Staff review parents' grants as children grow up; no grant ends by itself."""

from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import Settings

from booking.access import proxies
from booking.access.proxies import Permission
from booking.actions.actor import Actor
from booking.errors import NotAllowed
from booking.features.proxies.actions.grants import change_grant, end_grant
from booking.features.proxies.actions.people import add_child, ask_adult
from booking.features.proxies.actions.reviews import (
    change_reviewed_grant,
    end_reviewed_grant,
    keep_grant,
    raise_reviews,
    save_ages,
)
from booking.features.proxies.errors import ReviewDone
from booking.features.proxies.models import Proxy, ProxyRequest, ProxyReview, ProxySettings
from booking.features.proxies.queries import age_on, birthday, open_reviews
from booking.models import Notification
from clinic.lib.dates import clock
from tests.booking.features.proxies.family import (
    BOOK_AND_TIMES,
    TERMS,
    Person,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]
BORN = date(2016, 1, 10)
ELEVEN, SIXTEEN = date(2027, 1, 10), date(2032, 1, 10)


@pytest.fixture
def child(ana: Person) -> Proxy:
    return add_child("Mia", BORN, by=ana.actor)


def run_on(day: date, settings: Settings) -> int:
    settings.CLINIC_CLOCK = datetime(day.year, day.month, day.day, 18, tzinfo=UTC)
    return raise_reviews(clock.now())


def notices() -> int:
    return Notification.objects.filter(kind="proxy_review_ahead").count()


def reasons() -> list[str]:
    return [row.review.reason for row in open_reviews()]


def test_a_review_is_raised_on_the_birthday_and_nothing_changes(
    ana: Person, child: Proxy, settings: Settings
) -> None:
    run_on(ELEVEN - timedelta(days=1), settings)
    assert reasons() == []
    assert run_on(ELEVEN, settings) == 1
    assert run_on(ELEVEN, settings) == 0

    assert reasons() == ["first_age"]
    assert open_reviews()[0].age == 11
    assert Permission.SEE_HEALTH in proxies.permissions_for(ana.user, child.patient)


def test_the_parent_is_told_once_before_it_in_general_words(
    child: Proxy, settings: Settings
) -> None:
    run_on(ELEVEN - timedelta(days=31), settings)
    assert notices() == 0
    for days in (30, 29, 2):
        run_on(ELEVEN - timedelta(days=days), settings)

    assert notices() == 1


def test_a_job_that_was_away_raises_both_reviews(child: Proxy, settings: Settings) -> None:
    run_on(SIXTEEN + timedelta(days=100), settings)

    assert reasons() == ["first_age", "second_age"]
    assert notices() == 0


def test_a_grant_made_after_the_birthday_is_not_reviewed_for_it(
    ana: Person, settings: Settings
) -> None:
    settings.CLINIC_CLOCK = datetime(2027, 1, 10, 18, tzinfo=UTC)
    add_child("Mia", BORN, by=ana.actor)
    run_on(ELEVEN, settings)

    assert reasons() == []


def test_a_grant_that_has_ended_is_not_reviewed(
    ana: Person, child: Proxy, settings: Settings
) -> None:
    end_grant(child.public_id, by=ana.actor)
    run_on(ELEVEN, settings)

    assert reasons() == []


def test_staff_keep_change_or_end_it_once(
    ana: Person, child: Proxy, desk: Actor, settings: Settings
) -> None:
    run_on(ELEVEN, settings)
    review = open_reviews()[0].review
    with pytest.raises(NotAllowed):
        keep_grant(review, by=ana.actor)
    changed = change_reviewed_grant(review, TERMS, by=desk)
    assert proxies.permissions_for(ana.user, child.patient) == BOOK_AND_TIMES
    for decide in (
        lambda: keep_grant(review, by=desk),
        lambda: end_reviewed_grant(review, by=desk),
        lambda: change_reviewed_grant(review, TERMS, by=desk),
    ):
        with pytest.raises(ReviewDone):
            decide()
    run_on(SIXTEEN, settings)
    second = open_reviews()[0].review
    assert (second.proxy, second.reason) == (changed, "second_age")
    end_reviewed_grant(second, by=desk)

    assert proxies.patients_to_act_for(ana.user) == []
    assert open_reviews() == []


def test_keeping_leaves_it_as_it_is(
    ana: Person, child: Proxy, desk: Actor, settings: Settings
) -> None:
    run_on(ELEVEN, settings)
    keep_grant(open_reviews()[0].review, by=desk)
    run_on(ELEVEN + timedelta(days=1), settings)

    assert reasons() == []
    assert Permission.SEE_HEALTH in proxies.permissions_for(ana.user, child.patient)


def test_a_review_closes_when_the_grant_ends_or_changes_meanwhile(
    ana: Person, child: Proxy, desk: Actor, settings: Settings
) -> None:
    run_on(ELEVEN, settings)
    change_grant(child.public_id, TERMS, by=desk)

    assert reasons() == []
    assert ProxyReview.objects.get().decision == "changed"


def test_the_ages_are_a_setting(child: Proxy, desk: Actor, settings: Settings) -> None:
    save_ages({"first_age": 8, "second_age": 12, "notice_days": 0}, by=desk)
    run_on(date(2027, 12, 1), settings)
    assert reasons() == []  # eight was before the grant
    run_on(date(2028, 1, 10), settings)

    assert reasons() == ["second_age"]
    assert ProxySettings.current().first_age == 8
    assert notices() == 0


def test_old_requests_are_deleted(ana: Person, settings: Settings) -> None:
    ask_adult("Ben", "ben@mail.example", BOOK_AND_TIMES, by=ana.actor)
    run_on(date(2027, 1, 5), settings)
    assert ProxyRequest.objects.exists()
    run_on(date(2027, 1, 7), settings)

    assert not ProxyRequest.objects.exists()


def test_ages_are_counted_as_people_count_them() -> None:
    leap = date(2016, 2, 29)

    assert birthday(leap, 11) == date(2027, 3, 1)
    assert [age_on(leap, date(2027, 2, 28)), age_on(leap, date(2027, 3, 1))] == [10, 11]
    assert age_on(BORN, ELEVEN - timedelta(days=1)) == 10
    assert age_on(BORN, BORN) == 0
