"""People to book for: children at once, adults when they agree, courts when staff confirm."""

from datetime import date, timedelta

import pytest
from pytest_django import Settings

from booking.access import proxies
from booking.access.proxies import Permission
from booking.actions.actor import Actor
from booking.errors import NotAllowed, RateLimitExceeded
from booking.features.proxies.actions.grants import GrantTerms, end_grant
from booking.features.proxies.actions.people import (
    MAX_PEOPLE,
    add_child,
    agree,
    ask_adult,
    ask_clinic,
    confirm_court,
    decline,
    decline_court,
    withdraw,
)
from booking.features.proxies.errors import (
    BornInTheFuture,
    CannotActForOneself,
    OldEnoughToAgree,
    RequestNotOpen,
    TooManyPeople,
)
from booking.features.proxies.models import Basis, Proxy, ProxyRequest, ProxySettings
from booking.features.proxies.queries import born_on, requests_by, requests_to
from booking.models import Notification, Patient
from clinic.lib.dates import clock
from tests.booking.features.proxies.family import (
    BOOK_AND_TIMES,
    TERMS,
    Person,
    person,
)
from tests.factories import PatientFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]
TODAY = date(2026, 11, 23)
A_YEAR = timedelta(days=365)


def ask(ana: Person, email: str = "ben@mail.example") -> ProxyRequest:
    return ask_adult("Ben", email, BOOK_AND_TIMES, by=ana.actor)


def mails(kind: str) -> int:
    return Notification.objects.filter(kind=kind).count()


@pytest.mark.parametrize(
    ("born", "sees_health"),
    [(date(2020, 5, 1), True), (date(2015, 11, 24), True), (date(2015, 11, 23), False)],
    ids=["six", "the day before eleven", "eleven"],
)
def test_a_parent_books_and_sees_times_but_no_health_answers_from_eleven_on(
    ana: Person, born: date, sees_health: bool
) -> None:
    grant = add_child("Mia", born, by=ana.actor)

    allowed = {Permission.BOOK, Permission.SEE_TIMES, Permission.SEE_RECEIPTS}
    assert grant.permissions == allowed | ({Permission.SEE_HEALTH} if sees_health else set())
    assert proxies.patients_to_act_for(ana.user) == [grant.patient]
    assert (grant.basis, grant.granted_by) == (Basis.PARENT, ana.user)
    assert born_on(grant.patient) == born
    assert (grant.patient.email, grant.patient.user) == ("", None)


def test_the_ages_are_those_of_the_clinic(ana: Person) -> None:
    ProxySettings.objects.create(first_age=6, second_age=14)
    assert not add_child("Mia", date(2020, 5, 1), by=ana.actor).may_see_health
    with pytest.raises(OldEnoughToAgree):
        add_child("Leo", date(2012, 11, 23), by=ana.actor)


def test_from_sixteen_on_people_agree_themselves(ana: Person) -> None:
    with pytest.raises(OldEnoughToAgree):
        add_child("Leo", date(2010, 11, 23), by=ana.actor)
    add_child("Leo", date(2010, 11, 24), by=ana.actor)

    assert Patient.objects.filter(user=None).count() == 1


@pytest.mark.parametrize("born", [TODAY + timedelta(days=1), date(1890, 1, 1), date.max, date.min])
def test_a_birth_in_the_future_or_long_ago_is_refused(ana: Person, born: date) -> None:
    with pytest.raises(BornInTheFuture):
        add_child("Mia", born, by=ana.actor)


def test_the_same_child_twice_is_one_record(ana: Person) -> None:
    first = add_child("Mia", date(2020, 5, 1), by=ana.actor)
    again = add_child("Mia", date(2020, 5, 1), by=ana.actor)
    twin = add_child("Leo", date(2020, 5, 1), by=ana.actor)

    assert first == again
    assert first.patient != twin.patient


def test_a_child_is_never_matched_to_a_record_that_is_there(ana: Person) -> None:
    known = PatientFactory(name="Mia", email="", phone="")

    assert add_child("Mia", date(2020, 5, 1), by=ana.actor).patient != known


def test_the_number_of_people_is_limited(ana: Person) -> None:
    for number in range(MAX_PEOPLE):
        add_child(f"Child {number}", TODAY - A_YEAR, by=ana.actor)
    with pytest.raises(TooManyPeople):
        add_child("One more", TODAY - A_YEAR, by=ana.actor)
    with pytest.raises(TooManyPeople):
        ask(ana)

    assert Proxy.objects.count() == MAX_PEOPLE


def test_while_acting_for_somebody_nobody_can_be_added(ana: Person, ben: Person) -> None:
    acting = ana.acting_for(ben.patient)
    for add in (
        lambda: add_child("Mia", TODAY - A_YEAR, by=acting),
        lambda: ask_adult("Cleo", "cleo@mail.example", BOOK_AND_TIMES, by=acting),
        lambda: ask_clinic("Cleo", BOOK_AND_TIMES, by=acting),
    ):
        with pytest.raises(NotAllowed):
            add()


def test_an_adult_agrees_with_their_own_sign_in_to_terms_of_their_own(
    ana: Person, ben: Person
) -> None:
    request = ask(ana)
    assert proxies.patients_to_act_for(ana.user) == []
    assert requests_to(ben.user, clock.now()) == [request]
    agree(request.public_id, ben.patient, GrantTerms.of({Permission.SEE_TIMES}), by=ben.actor)

    assert proxies.permissions_for(ana.user, ben.patient) == {Permission.SEE_TIMES}
    assert requests_to(ben.user, clock.now()) == requests_by(ana.user, clock.now()) == []
    assert (mails("proxy_request"), mails("proxy_agreed")) == (1, 1)


def test_only_who_was_asked_can_answer_and_only_once(ana: Person, ben: Person) -> None:
    request = ask(ana)
    for stranger in (person("Eve"), ana):
        with pytest.raises(RequestNotOpen):
            agree(request.public_id, stranger.patient, TERMS, by=stranger.actor)
        with pytest.raises(RequestNotOpen):
            decline(request.public_id, by=stranger.actor)
    agree(request.public_id, ben.patient, TERMS, by=ben.actor)
    with pytest.raises(RequestNotOpen):
        decline(request.public_id, by=ben.actor)
    with pytest.raises(RequestNotOpen):
        withdraw(request.public_id, by=ana.actor)

    assert proxies.patients_to_act_for(ana.user) == [ben.patient]


def test_who_was_asked_can_agree_for_their_own_record_only(ana: Person, ben: Person) -> None:
    request = ask(ana)
    with pytest.raises(NotAllowed):
        agree(request.public_id, person("Cleo").patient, TERMS, by=ben.actor)

    assert ProxyRequest.objects.get().answer == ""


def test_a_refused_request_looks_to_the_asker_like_an_unanswered_one(
    ana: Person, ben: Person, settings: Settings
) -> None:
    refused = ask(ana)
    unanswered = ask(ana, "cleo@mail.example")
    decline(refused.public_id, by=ben.actor)
    assert requests_by(ana.user, clock.now()) == [refused, unanswered]
    assert ask(ana) == refused
    assert mails("proxy_request") == 2
    settings.CLINIC_CLOCK = unanswered.closes_at

    assert requests_by(ana.user, clock.now()) == []


def test_somebody_who_has_declined_is_not_mailed_again(ana: Person, ben: Person) -> None:
    request = ask(ana)
    decline(request.public_id, by=ben.actor)
    withdraw(request.public_id, by=ana.actor)
    ask(ana)

    assert mails("proxy_request") == 1
    assert len(requests_by(ana.user, clock.now())) == 1


def test_a_withdrawn_request_cannot_be_answered(ana: Person, ben: Person) -> None:
    request = ask(ana)
    with pytest.raises(RequestNotOpen):
        withdraw(request.public_id, by=ben.actor)
    withdraw(request.public_id, by=ana.actor)
    with pytest.raises(RequestNotOpen):
        agree(request.public_id, ben.patient, TERMS, by=ben.actor)


def test_a_request_runs_out(ana: Person, ben: Person, settings: Settings) -> None:
    request = ask(ana)
    settings.CLINIC_CLOCK = request.closes_at
    with pytest.raises(RequestNotOpen):
        agree(request.public_id, ben.patient, TERMS, by=ben.actor)


def test_nobody_asks_themselves(ana: Person) -> None:
    with pytest.raises(CannotActForOneself):
        ask(ana, "ANA@mail.example")


def test_known_and_unknown_addresses_are_asked_alike(ana: Person, ben: Person) -> None:
    known, unknown = ask(ana), ask(ana, "nobody@mail.example")

    assert (known.answer, known.closes_at) == (unknown.answer, unknown.closes_at)
    assert mails("proxy_request") == 2


def test_requests_are_limited(ana: Person, settings: Settings) -> None:
    settings.ABUSE_LIMITS = True
    for number in range(10):
        withdraw(ask(ana, f"cleo{number}@mail.example").public_id, by=ana.actor)
    with pytest.raises(RateLimitExceeded):
        ask(ana)


def test_one_mailbox_is_not_flooded_by_many_accounts(ana: Person, settings: Settings) -> None:
    settings.ABUSE_LIMITS = True
    for number in range(5):
        ask(person(f"Eve{number}"), "ben@mail.example")

    assert ProxyRequest.objects.count() == 5
    assert mails("proxy_request") == 3


def test_what_a_court_has_decided_waits_for_staff(ana: Person, desk: Actor) -> None:
    request = ask_clinic("Old Otto", BOOK_AND_TIMES, by=ana.actor)
    assert proxies.patients_to_act_for(ana.user) == []
    for nobody in (ana.actor, person("Eve").actor):
        with pytest.raises(NotAllowed):
            confirm_court(request.public_id, TERMS, by=nobody)
    grant = confirm_court(request.public_id, TERMS, by=desk)

    assert grant.patient.name == "Old Otto"
    assert (grant.basis, grant.granted_by) == (Basis.COURT, desk.user)
    assert proxies.patients_to_act_for(ana.user) == [grant.patient]
    with pytest.raises(RequestNotOpen):
        decline_court(request.public_id, by=desk)


def test_staff_cannot_answer_for_an_adult_who_was_asked(
    ana: Person, ben: Person, desk: Actor
) -> None:
    request = ask(ana)
    with pytest.raises(RequestNotOpen):
        confirm_court(request.public_id, TERMS, by=desk)

    assert proxies.patients_to_act_for(ana.user) == []


def test_the_limit_of_people_does_not_tell_who_has_declined(ana: Person, ben: Person) -> None:
    for number in range(MAX_PEOPLE - 1):
        add_child(f"Child {number}", TODAY - A_YEAR, by=ana.actor)
    decline(ask(ana).public_id, by=ben.actor)

    with pytest.raises(TooManyPeople):
        add_child("One more", TODAY - A_YEAR, by=ana.actor)


def test_adding_and_ending_does_not_make_any_number_of_records(
    ana: Person, settings: Settings
) -> None:
    settings.ABUSE_LIMITS = True
    for number in range(2 * MAX_PEOPLE):
        grant = add_child(f"Child {number}", TODAY - A_YEAR, by=ana.actor)
        end_grant(grant.public_id, by=ana.actor)

    with pytest.raises(RateLimitExceeded):
        add_child("One more", TODAY - A_YEAR, by=ana.actor)
