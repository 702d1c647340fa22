"""A patient stars what they book, and finds it first when they book again."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from booking.access.proxies import Permission
from booking.actions.actor import Actor, ActorType
from booking.actions.patients.favorites import MAX_FAVORITES, star, unstar
from booking.actions.patients.merge_patients import merge_patients, undo_merge
from booking.errors import MayNotActForPatient, NotAllowed
from booking.features.proxies.actions.grants import GrantTerms, grant_by_patient
from booking.features.proxies.actions.hiding import set_hidden
from booking.inputs import ContactDetails
from booking.models import Appointment, AuditEntry, Favorite, Option, Patient, Role, Therapist
from booking.queries.appointments.own import load_own_appointments
from clinic.lib.dates import clock
from tests import factories as make
from tests.booking.account.conftest import SignedIn
from tests.booking.account.test_account_pages import MAX_QUERIES, booked, page_text
from tests.people import browser_of, member, patient_user
from tests.scene import Scene, on

pytestmark = pytest.mark.postgresql


def actor(who: SignedIn, acts_for: Patient | None = None) -> Actor:
    return Actor(ActorType.PATIENT, who.patient.user, for_patient=acts_for)


def send(browser: Client, option: Option, therapist: Therapist, /, **values: Any) -> Any:
    data = {"option": option.pk, "therapist": therapist.slug, "is_starred": "on"} | values
    return browser.post("/me/favorites/", data, follow=True)


def first_choice(patient: Patient) -> tuple[Option, Therapist] | None:
    again = load_own_appointments(patient, clock.now(), None).again
    return (again.option, again.therapist) if again else None


def past(scene: Scene, patient: Patient, days: int, therapist: Therapist) -> Appointment:
    return make.AppointmentFactory.create(
        option=scene.option,
        patient=patient,
        therapist=therapist,
        room=scene.rooms[0],
        starts_at=on(23, 10) - timedelta(days=days),
        status="completed",
    )


def test_what_has_a_star_comes_first_until_the_star_is_gone(scene: Scene, ana: SignedIn) -> None:
    usual, other = scene.therapists
    past(scene, ana.patient, 20, other)
    past(scene, ana.patient, 5, usual)
    assert first_choice(ana.patient) == (scene.option, usual)
    page = send(ana.browser, scene.option, other).content.decode()
    assert "Added to your favorites. It comes first when you book." in page
    assert first_choice(ana.patient) == (scene.option, other)
    assert 'aria-pressed="true"' in page
    send(ana.browser, scene.option, other, is_starred="")

    assert first_choice(ana.patient) == (scene.option, usual)
    assert not Favorite.objects.exists()


def test_a_star_that_is_set_twice_is_one_and_the_newest_comes_first(
    scene: Scene, ana: SignedIn
) -> None:
    usual, other = scene.therapists
    past(scene, ana.patient, 20, other)
    past(scene, ana.patient, 5, usual)
    for therapist in (other, usual, other):
        star(ana.patient, scene.option, therapist, by=actor(ana))

    assert Favorite.objects.count() == 2
    assert first_choice(ana.patient) == (scene.option, other)


def test_the_oldest_star_makes_room(scene: Scene, ana: SignedIn) -> None:
    therapists = [make.TherapistFactory.create() for _ in range(MAX_FAVORITES + 1)]
    for therapist in therapists:
        star(ana.patient, scene.option, therapist, by=actor(ana))

    kept = set(Favorite.objects.values_list("therapist", flat=True))
    assert kept == {therapist.pk for therapist in therapists[1:]}


def test_what_is_not_offered_any_more_keeps_its_star_but_does_not_come_first(
    scene: Scene, ana: SignedIn
) -> None:
    usual, other = scene.therapists
    past(scene, ana.patient, 20, other)
    past(scene, ana.patient, 5, usual)
    star(ana.patient, scene.option, other, by=actor(ana))
    Therapist.objects.filter(pk=other.pk).update(is_active=False)

    assert first_choice(ana.patient) == (scene.option, usual)
    assert "Not offered at the moment." in page_text(ana.browser)


@pytest.mark.parametrize(
    "values", [{"option": "x"}, {"option": "999999"}, {"therapist": "nobody"}, {"therapist": ""}]
)
def test_what_does_not_exist_gets_no_star(
    scene: Scene, ana: SignedIn, values: dict[str, str]
) -> None:
    page = send(ana.browser, scene.option, scene.therapist, **values).content.decode()

    assert "That is not offered any more." in page
    assert not Favorite.objects.exists()


def test_only_who_may_book_stars_for_somebody_and_both_are_named(
    scene: Scene, ana: SignedIn
) -> None:
    ben = patient_user(email="ben@reader.example")
    record = make.PatientFactory.create(user=ben, name="Ben Reader", email=ben.email)
    theirs = Actor(ActorType.PATIENT, ben)
    for_ben = actor(ana, record)
    times = GrantTerms.of({Permission.SEE_TIMES, Permission.SEE_HEALTH, Permission.SEE_RECEIPTS})
    for change in (star, unstar):
        with pytest.raises(NotAllowed):
            change(record, scene.option, scene.therapist, by=actor(ana))
        with pytest.raises(MayNotActForPatient):
            change(record, scene.option, scene.therapist, by=for_ben)
    assert ana.patient.user is not None
    grant_by_patient(ana.patient.user, record, times, by=theirs)
    with pytest.raises(MayNotActForPatient):
        star(record, scene.option, scene.therapist, by=for_ben)
    grant_by_patient(ana.patient.user, record, GrantTerms.of({Permission.BOOK}), by=theirs)
    star(record, scene.option, scene.therapist, by=for_ben)
    entry = AuditEntry.objects.filter(action="changed").latest("pk")

    assert Favorite.objects.get().patient == record
    assert (entry.user, entry.patient_pk, entry.details["fields"]) == (
        ana.patient.user, record.pk, ["favorites"],
    )  # fmt: skip


def test_a_star_tells_a_proxy_nothing_that_they_may_not_see(scene: Scene, ana: SignedIn) -> None:
    ben = patient_user(email="ben@reader.example")
    record = make.PatientFactory.create(user=ben, name="Ben Reader", email=ben.email)
    theirs = Actor(ActorType.PATIENT, ben)
    shown, secret = scene.therapists
    past(scene, record, 5, shown)
    hidden = past(scene, record, 20, secret)
    set_hidden(hidden, is_hidden=True, by=theirs)
    star(record, scene.option, secret, by=theirs)
    assert ana.patient.user is not None
    for permissions, is_shown in (
        ({Permission.BOOK}, False),
        ({Permission.BOOK, Permission.SEE_TIMES}, True),
    ):
        grant_by_patient(ana.patient.user, record, GrantTerms.of(permissions), by=theirs)
        ana.browser.post(f"/me/family/{record.public_id}/act/")
        page = page_text(ana.browser)

        assert secret.name not in page
        assert (shown.name in page) == is_shown


def test_stars_follow_a_merge_and_come_back(scene: Scene, ana: SignedIn) -> None:
    older = make.PatientFactory.create(name="Ana Reader")
    usual, other = scene.therapists
    for patient, therapist in ((ana.patient, usual), (older, usual), (older, other)):
        Favorite.objects.create(patient=patient, option=scene.option, therapist=therapist)
    contact = ContactDetails(ana.patient.name, ana.patient.email, ana.patient.phone)
    owner = member(Role.OWNER)
    merge = merge_patients(ana.patient, older, contact, by=owner)
    past(scene, ana.patient, 5, usual)
    past(scene, ana.patient, 20, other)
    own = load_own_appointments(ana.patient, clock.now(), None)
    assert len(own.favorites) == 2
    unstar(ana.patient, scene.option, other, by=actor(ana))
    undo_merge(merge, by=owner)

    assert Favorite.objects.filter(patient=ana.patient).count() == 1
    assert Favorite.objects.filter(patient=older).count() == 1


def test_stars_cost_no_query(scene: Scene, ana: SignedIn) -> None:
    past(scene, ana.patient, 5, scene.therapist)
    booked(scene, ana.patient, 26, 10)
    star(ana.patient, scene.option, scene.therapist, by=actor(ana))
    ana.browser.get("/me/")
    caches["proposals"].clear()
    with CaptureQueriesContext(connection) as queries:
        ana.browser.get("/me/")

    assert len(queries) <= MAX_QUERIES


def test_a_star_works_without_a_script_and_only_as_a_form(scene: Scene, ana: SignedIn) -> None:
    past(scene, ana.patient, 5, scene.therapist)
    page = ana.browser.get("/me/").content.decode()

    assert 'action="/me/favorites/"' in page
    assert ana.browser.get("/me/favorites/").status_code == 405
    assert (
        browser_of(patient_user(email="new@reader.example")).post("/me/favorites/").status_code
        == 302
    )


def test_a_star_is_set_and_taken_away_while_booking_without_a_script(
    scene: Scene, ana: SignedIn
) -> None:
    visit = past(scene, ana.patient, 5, scene.therapist)
    make.ScreeningFactory.create(appointment=visit)
    choice = {"option": scene.option.pk, "therapist": scene.therapist.slug}
    start = {"start": on(26, 10).isoformat()}
    check = ana.browser.post(f"/book/{scene.treatment.slug}/", choice | start)["Location"]
    before = ana.browser.get(check).content.decode()
    starred = send(ana.browser, scene.option, scene.therapist, next=check)
    after = send(ana.browser, scene.option, scene.therapist, is_starred="", next=check)

    assert check.startswith("/me/book/")
    assert 'aria-pressed="false"' in before
    assert starred.redirect_chain == [(check, 303)]
    assert 'aria-pressed="true"' in starred.content.decode()
    assert 'aria-pressed="false"' in after.content.decode()


def test_an_appointment_has_its_star_in_the_account_but_not_at_its_link(
    scene: Scene, ana: SignedIn
) -> None:
    row = booked(scene, ana.patient, 26, 10)
    page = f"/me/appointments/{row.public_id}/"
    starred = send(ana.browser, scene.option, scene.therapist, next=page)

    assert starred.redirect_chain == [(page, 303)]
    assert 'aria-pressed="true"' in starred.content.decode()
    assert "/me/favorites/" not in Client().get(f"/appointments/{row.link_token}/").content.decode()


@pytest.mark.parametrize("elsewhere", ["https://example.com/me/", "//example.com/me/", "/desk/"])
def test_a_star_leads_to_no_page_but_of_the_account(
    scene: Scene, ana: SignedIn, elsewhere: str
) -> None:
    assert send(ana.browser, scene.option, scene.therapist, next=elsewhere).redirect_chain == [
        ("/me/", 303)
    ]


def test_where_one_books_the_favorites_come_with_the_part_of_the_header(
    scene: Scene, ana: SignedIn
) -> None:
    star(ana.patient, scene.option, scene.therapist, by=actor(ana))
    link = f"?option={scene.option.pk}&amp;therapist={scene.therapist.slug}"
    Therapist.objects.filter(pk=scene.therapists[1].pk).update(is_active=False)
    star(ana.patient, scene.option, scene.therapists[1], by=actor(ana))
    with CaptureQueriesContext(connection) as plain:
        assert link not in ana.browser.get("/me/menu/").content.decode()
    with CaptureQueriesContext(connection) as asked:
        page = ana.browser.get("/me/menu/?favorites").content.decode()

    assert page.count("?option=") == 1
    assert link in page
    assert len(asked) <= len(plain) + 1
    assert b'data-account-slot="favorites"' in Client().get("/book/").content
    assert b"/me/favorites/" not in ana.browser.get("/book/").content


def test_where_one_books_a_proxy_sees_no_star_of_what_is_hidden(
    scene: Scene, ana: SignedIn
) -> None:
    ben = patient_user(email="ben@reader.example")
    record = make.PatientFactory.create(user=ben, name="Ben Reader", email=ben.email)
    theirs = Actor(ActorType.PATIENT, ben)
    set_hidden(past(scene, record, 20, scene.therapist), is_hidden=True, by=theirs)
    star(record, scene.option, scene.therapist, by=theirs)
    assert ana.patient.user is not None
    terms = GrantTerms.of({Permission.BOOK, Permission.SEE_TIMES, Permission.SEE_HEALTH})
    grant_by_patient(ana.patient.user, record, terms, by=theirs)
    ana.browser.post(f"/me/family/{record.public_id}/act/")
    own = booked(scene, record, 26, 10, therapist=scene.therapists[1])

    assert scene.therapist.name not in ana.browser.get("/me/menu/?favorites").content.decode()
    page = ana.browser.get(f"/me/appointments/{own.public_id}/").content.decode()
    assert 'aria-pressed="false"' in page


def test_a_length_with_a_therapist_has_its_star_among_the_times_without_a_script(
    scene: Scene, ana: SignedIn
) -> None:
    times = f"/book/{scene.treatment.slug}/"
    chosen = f"{times}?option={scene.option.pk}&therapist={scene.therapist.slug}"
    before = ana.browser.get(chosen).context["star"]
    starred = send(ana.browser, scene.option, scene.therapist, next=before.back)
    after = starred.content.decode()

    assert not before.is_starred
    assert [address for address, _ in starred.redirect_chain] == [before.back]
    assert before.back.startswith(f"{chosen}&day=")
    assert 'aria-pressed="true"' in after
    assert "Added to your favorites. It comes first when you book." in after
    assert "/me/favorites/" not in ana.browser.get(f"{times}?therapist=").content.decode()
    assert "/me/favorites/" not in Client().get(chosen).content.decode()


def test_the_star_among_the_times_costs_guests_no_query(scene: Scene) -> None:
    chosen = f"/book/{scene.treatment.slug}/?therapist={scene.therapist.slug}"
    browser = Client()
    browser.get(chosen)
    with CaptureQueriesContext(connection) as queries:
        browser.get(chosen)

    assert not [query for query in queries if "favorite" in query["sql"]]
    assert not [query for query in queries if "django_session" in query["sql"]]


def test_who_may_not_book_for_a_patient_is_offered_no_star_among_the_times(
    scene: Scene, ana: SignedIn
) -> None:
    ben = patient_user(email="ben@reader.example")
    record = make.PatientFactory.create(user=ben, name="Ben Reader", email=ben.email)
    chosen = f"/book/{scene.treatment.slug}/?therapist={scene.therapist.slug}"
    assert ana.patient.user is not None
    for permission, is_offered in ((Permission.SEE_TIMES, False), (Permission.BOOK, True)):
        terms = GrantTerms.of({permission})
        grant_by_patient(ana.patient.user, record, terms, by=Actor(ActorType.PATIENT, ben))
        ana.browser.post(f"/me/family/{record.public_id}/act/")

        assert ("/me/favorites/" in ana.browser.get(chosen).content.decode()) is is_offered
