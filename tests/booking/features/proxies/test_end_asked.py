"""A patient ends what a parent or a court has: it shows nothing at once, staff decide the rest."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from booking.access import proxies
from booking.access.proxies import Permission
from booking.actions.actor import Actor
from booking.features.proxies.actions.grants import (
    GrantTerms,
    change_grant,
    end_agreed_since,
    end_grant,
)
from booking.features.proxies.actions.reviews import end_reviewed_grant, keep_grant
from booking.features.proxies.models import Basis, DateOfBirth, Proxy, ProxyReview
from booking.features.proxies.queries import live_grants, open_end_reviews, today
from clinic.lib.dates import clock
from tests.booking.account.shown_pages import page
from tests.booking.features.proxies.family import ALL, Person
from tests.factories.proxies import ProxyFactory
from tests.people import browser_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]
BOOK = frozenset({Permission.BOOK})


@pytest.fixture
def by_court(ana: Person, ben: Person) -> Proxy:
    """Ana was appointed by a court, and may do everything for Ben."""
    return grant_to(ana, ben, Basis.COURT)


def grant_to(ana: Person, ben: Person, basis: Basis) -> Proxy:
    return ProxyFactory(
        actor=ana.user, patient=ben.patient, basis=basis, may_see_health=True, may_pay=True
    )


def may(ana: Person, ben: Person) -> frozenset[Permission]:
    return proxies.permissions_for(ana.user, ben.patient)


def test_they_see_nothing_at_once_and_can_book_until_staff_decide(
    ana: Person, ben: Person, by_court: Proxy, desk: Actor
) -> None:
    assert not end_grant(by_court.public_id, by=ben.actor)
    assert may(ana, ben) == BOOK
    review = open_end_reviews().get()
    assert review.proxy == live_grants().get()
    end_reviewed_grant(review, by=desk)

    assert may(ana, ben) == frozenset()
    assert not ProxyReview.objects.filter(done_at=None).exists()


def test_asking_twice_is_one_task_and_asking_again_after_a_decision_is_another(
    ana: Person, ben: Person, by_court: Proxy, desk: Actor
) -> None:
    for _ in range(2):
        end_grant(live_grants().get().public_id, by=ben.actor)
    keep_grant(open_end_reviews().get(), by=desk)
    assert may(ana, ben) == BOOK
    end_grant(live_grants().get().public_id, by=ben.actor)

    assert open_end_reviews().count() == 1
    assert ProxyReview.objects.count() == 2


def test_a_patient_narrows_what_they_see_but_not_that_they_book(
    ana: Person, ben: Person, by_court: Proxy
) -> None:
    end_grant(by_court.public_id, by=ben.actor)
    terms = GrantTerms.of({Permission.SEE_TIMES}, ends_on=today())
    changed = change_grant(live_grants().get().public_id, terms, by=ben.actor)

    assert may(ana, ben) == {Permission.BOOK, Permission.SEE_TIMES}
    assert changed.ends_on is None
    assert open_end_reviews().get().proxy == changed, "the question stays open"


def test_whoever_acts_and_staff_end_it_at_once(
    ana: Person, ben: Person, by_court: Proxy, desk: Actor
) -> None:
    end_grant(by_court.public_id, by=ben.actor)
    assert end_grant(live_grants().get().public_id, by=ana.actor)
    assert not open_end_reviews().exists()
    again = grant_to(ana, ben, Basis.COURT)
    assert end_grant(again.public_id, by=desk)

    assert may(ana, ben) == frozenset()


@pytest.mark.parametrize(("age", "ends"), [(15, False), (16, True), (None, False)])
def test_a_young_person_who_is_old_enough_ends_it_alone(
    age: int | None, ends: bool, ana: Person, ben: Person
) -> None:
    if age is not None:
        born = date(today().year - age, 1, 1)
        DateOfBirth.objects.create(patient=ben.patient, born_on=born, entered_by=ana.user)
    row = grant_to(ana, ben, Basis.PARENT)

    assert end_grant(row.public_id, by=ben.actor) is ends
    assert may(ana, ben) == (frozenset() if ends else BOOK)
    assert open_end_reviews().count() == 1


def test_taking_an_address_back_shows_nothing_more_and_leaves_the_rest_to_staff(
    ana: Person, ben: Person, by_court: Proxy
) -> None:
    since = clock.now() - timedelta(minutes=1)
    change_grant(by_court.public_id, GrantTerms(ALL), by=ben.actor)
    end_agreed_since(ben.user, since)

    assert may(ana, ben) == BOOK
    assert open_end_reviews().count() == 1


def test_the_pages_say_so_to_the_patient_and_to_staff_but_not_to_the_other(
    ana: Person, ben: Person, by_court: Proxy
) -> None:
    browser = browser_of(ben.user)
    address = reverse("me-family-end", args=[by_court.public_id])
    assert "From now on they see nothing of you" in page(browser, address)
    browser.post(address)
    mine, theirs = page(browser, "/me/family/"), page(browser_of(ana.user), "/me/family/")
    edit = page(browser, reverse("me-family-grant", args=[live_grants().get().public_id]))

    assert "You asked us to end this." in mine
    assert "You asked" not in theirs
    assert "Book, move and cancel" not in edit
