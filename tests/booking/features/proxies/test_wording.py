"""While somebody acts for another person, no sentence says "your" of what is that person's."""

import pytest
from django.test import Client
from django.urls import reverse

from booking.access.proxies import Permission
from booking.features.proxies.actions.grants import GrantTerms, grant_by_patient
from booking.models import Appointment, Patient
from booking.queries.health.answer_summary import HEADINGS_FOR_OTHERS
from booking.screening.questionnaires import all_questionnaires
from tests.booking.features.proxies.family import Person
from tests.factories import AppointmentFactory
from tests.people import browser_of
from tests.scene import Scene, make_weekday_clinic, on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]
NAME = "Ben <b>O'Reader</b>"
ESCAPED = "Ben &lt;b&gt;O&#x27;Reader&lt;/b&gt;"


@pytest.fixture
def scene() -> Scene:
    return make_weekday_clinic(therapists=2, rooms=2)


@pytest.fixture
def browser(scene: Scene, ana: Person, ben: Person) -> Client:
    """Ana's browser, acting for Ben with all permissions."""
    Patient.objects.filter(pk=ben.patient.pk).update(name=NAME)
    grant_by_patient(ana.user, ben.patient, GrantTerms.of(set(Permission)), by=ben.actor)
    browser = browser_of(ana.user)
    browser.post(reverse("me-act", args=[ben.patient.public_id]))
    return browser


def test_the_account_says_whose_appointments_these_are(browser: Client, ben: Person) -> None:
    row = AppointmentFactory(patient=ben.patient, starts_at=on(27, 10))
    for address in ("/me/", f"/me/appointments/{row.public_id}/", "/me/health/"):
        page = browser.get(address).content.decode()
        main = page.partition("<main")[2].partition("</main>")[0]

        assert f"ppointments of {ESCAPED}" in page
        assert "<b>O'Reader" not in page
        assert "Your appointment" not in main
        assert "Your answers" not in page


def test_each_group_of_questions_says_for_whom_to_answer(browser: Client, scene: Scene) -> None:
    choice = {"option": scene.option.pk, "therapist": "", "start": on(26, 10).isoformat()}
    check = browser.post(f"/book/{scene.treatment.slug}/", choice)["Location"]
    page = browser.get(browser.get(check)["Location"]).content.decode()
    groups = page.count('class="health-group"')

    assert groups > 3
    assert page.count('class="answer-for"') == groups
    assert f"Is a massage safe for {ESCAPED}?" in page
    assert f"for the therapist of {ESCAPED}" in page
    assert "for my therapist" not in page
    assert "Your body" not in page
    assert "<b>O'Reader" not in page


def test_for_oneself_nothing_is_said_about_whom(scene: Scene, ana: Person) -> None:
    browser = browser_of(ana.user)
    choice = {"option": scene.option.pk, "therapist": "", "start": on(26, 10).isoformat()}
    check = browser.post(f"/book/{scene.treatment.slug}/", choice)["Location"]
    page = browser.get(browser.get(check)["Location"]).content.decode()

    assert "answer-for" not in page
    assert "Is a massage safe for you?" in page


def test_every_heading_that_says_your_has_words_for_a_proxy() -> None:
    groups = [group for version in all_questionnaires() for group in version.groups]
    mine = {group.id for group in groups if "your" in group.heading.lower()}

    assert mine <= HEADINGS_FOR_OTHERS.keys()
    assert not any("your" in str(text).lower() for text in HEADINGS_FOR_OTHERS.values())


def test_pages_of_a_change_say_whose_appointment_it_is(
    browser: Client, scene: Scene, ben: Person
) -> None:
    row = visit(scene, ben)
    address = f"/me/appointments/{row.public_id}/"
    pages = [f"{address}{name}" for name in ("reschedule/", "cancel/", "confirm/")]
    for page in pages:
        main = main_of(browser.get(page).content.decode())

        assert "your appointment" not in main.lower()
        assert "you will come" not in main
        assert "Yes, I will" not in main
    done = browser.post(f"{address}cancel/", follow=True).content.decode()
    again = browser.post(f"{address}undo/", follow=True).content.decode()

    assert f"The appointment of {ESCAPED} has been canceled." in done
    assert f"The appointment of {ESCAPED} is booked again." in again


def test_a_move_says_whose_appointment_it_is(browser: Client, scene: Scene, ben: Person) -> None:
    row = visit(scene, ben)
    address = f"/me/appointments/{row.public_id}/reschedule/"
    choice = {"start": on(27, 11).isoformat(), "therapist": scene.therapist.slug}
    review = main_of(browser.get(address, choice).content.decode())
    moved = browser.post(address, choice, follow=True).content.decode()

    assert "The appointment stays where it is" in review
    assert "our appointment stays" not in review
    assert f"The appointment of {ESCAPED} has been moved." in moved


def test_an_error_says_for_whom_to_tick(browser: Client, scene: Scene) -> None:
    choice = {"option": scene.option.pk, "therapist": "", "start": on(26, 10).isoformat()}
    check = browser.post(f"/book/{scene.treatment.slug}/", choice)["Location"]
    questions = browser.get(check)["Location"]
    version = browser.get(questions).content.decode().partition('name="version" value="')[2]
    answer = browser.post(questions, {"version": version.partition('"')[0]})
    page = answer.content.decode()

    assert answer.status_code == 422
    assert f"that are true for {ESCAPED}, or" in page
    assert "true for you" not in page


def main_of(page: str) -> str:
    return page.partition("<main")[2].partition("</main>")[0]


def visit(scene: Scene, who: Person) -> Appointment:
    return AppointmentFactory(
        patient=who.patient,
        starts_at=on(27, 10),
        option=scene.option,
        therapist=scene.therapist,
        room=scene.rooms[0],
    )
