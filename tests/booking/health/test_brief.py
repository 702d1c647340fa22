"""The brief and the questions on pages of the desk: access, answers, invalid input."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from booking.models import Appointment, MedicalClearance, Role, Screening
from booking.screening.questionnaires import newest_questionnaire
from booking.screening.records import SessionPreferences
from clinic.lib.dates import clock
from tests.booking.health.answers import answer_set
from tests.booking.health.desk_pages import address, browser, read
from tests.factories import (
    AppointmentFactory,
    ClinicProfileFactory,
    ScreeningFactory,
)
from tests.html import assert_valid
from tests.scene import on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

DIGEST = newest_questionnaire().digest
NO_SUCH = uuid4()


@pytest.fixture(autouse=True)
def clinic() -> None:
    ClinicProfileFactory()


@pytest.fixture
def appointment() -> Appointment:
    """Today in two hours, with something to adapt to."""
    row = AppointmentFactory(starts_at=on(23, 14), patient__name="Ada Example")
    ScreeningFactory(
        appointment=row, answer_set=answer_set("q9/aspirin", "q5/wound", q5="left arm"),
        preferences=SessionPreferences("light", "left knee", ("breaks", "outside")),
        answered_at=clock.now() - timedelta(days=2),
    )  # fmt: skip
    return row


def test_the_therapist_sees_the_brief(appointment: Appointment) -> None:
    text = read(browser(Role.THERAPIST, of=appointment), address(appointment, "brief"))
    expected = [
        "Adapt", "Takes aspirin or clopidogrel: light pressure.", "Open wound: do not work there.",
        "“left arm”", "No deep tissue, sports or trigger point", "Waits outside",
        "light pressure · Breaks to move", "left knee", "none with you", "All no",
        "choose a gentler treatment",
    ]  # fmt: skip

    assert [words for words in expected if words not in text] == []


def test_the_therapist_reads_each_answer_with_its_question_and_each_no_by_group(
    appointment: Appointment,
) -> None:
    text = read(browser(Role.THERAPIST, of=appointment), address(appointment, "brief"))
    answered = text.partition("What was answered")[2]

    assert "or bruising or bleeding easily Aspirin or clopidogrel only" in answered
    assert ", all questions " in answered
    assert "Blood, heart and legs Otherwise no" in answered
    assert "The body No Pregnant, or birth in the last 6 weeks" in answered


@pytest.mark.parametrize("role", [Role.FRONTDESK, Role.OWNER])
def test_other_staff_see_only_the_outcome(appointment: Appointment, role: Role) -> None:
    text = read(browser(role), address(appointment, "brief"))

    assert "Adapt" in text
    assert "Gentle treatments only." in text
    assert "Call them in by a text message." in text
    secret = [
        "aspirin", "wound", "left arm", "left knee", "light pressure", "What was answered",
        "deep tissue", "outside",
    ]  # fmt: skip
    text = text.replace("a wound, a burn, an infection", "")  # of the questions to read out
    assert [words for words in secret if words in text] == []


@pytest.mark.parametrize("role", [Role.FRONTDESK, Role.OWNER])
def test_nobody_but_the_therapist_reads_that_somebody_is_pregnant(role: Role) -> None:
    row = AppointmentFactory(starts_at=on(23, 14))
    ScreeningFactory(appointment=row, answer_set=answer_set("q13/12-weeks"))
    pages = [address(row, "brief"), address(row, "").rstrip("/") + "/", "/desk/"]
    mine, others = browser(Role.THERAPIST, of=row), browser(role)

    assert "Pregnancy massage only" in read(mine, pages[0])
    for page in pages:
        text = read(others, page)
        assert "Gentle treatments only." in text, page
        assert "Pregnancy massage" not in text, page


def test_the_appointments_page_shows_the_brief_too(appointment: Appointment) -> None:
    text = read(browser(Role.THERAPIST, of=appointment), address(appointment, "").rstrip("/") + "/")

    assert "Takes aspirin or clopidogrel: light pressure." in text
    assert "Ask all questions" in text
    assert "Read out on arrival" in text


def test_the_short_set_is_not_asked_before_the_day() -> None:
    row = AppointmentFactory(starts_at=on(25, 14))

    assert "Read out on arrival" not in read(browser(Role.FRONTDESK), address(row, "brief"))


def test_appointments_later_today_show_only_the_outcome(appointment: Appointment) -> None:
    later = AppointmentFactory(therapist=appointment.therapist, starts_at=on(23, 17))
    ScreeningFactory(
        appointment=later,
        answer_set=answer_set("q9/aspirin"),
        preferences=SessionPreferences(areas_to_avoid="left heel"),
    )
    text = read(browser(Role.THERAPIST, of=appointment), "/desk/")

    assert text.count("Takes aspirin") == 1
    assert "left heel" not in text
    assert text.count("Adapt") == 2


def test_today_shows_the_briefs_with_a_constant_number_of_queries(
    appointment: Appointment, settings: Settings
) -> None:
    client = browser(Role.THERAPIST, of=appointment)
    counts = []
    for more in (0, 3):
        for hour in range(more):
            row = AppointmentFactory(
                therapist=appointment.therapist, starts_at=on(23, 16 + 2 * hour)
            )
            ScreeningFactory(appointment=row)
        with CaptureQueriesContext(connection) as queries:
            text = read(client, "/desk/")
        counts.append(len(queries))

    assert "Takes aspirin or clopidogrel: light pressure." in text
    assert counts[0] == counts[1] <= 19


def test_patients_booked_by_phone_are_asked_on_arrival() -> None:
    row = AppointmentFactory(starts_at=on(23, 14))
    text = read(browser(Role.FRONTDESK), address(row, "brief"))

    assert "To be asked on arrival" in text
    assert "Ask all questions" in text


def test_the_short_set_can_be_answered_no_with_one_click(
    appointment: Appointment,
) -> None:
    client = browser(Role.FRONTDESK)
    text = read(client, address(appointment, "brief"))
    short = newest_questionnaire().short_questions()
    tapped = client.post(address(appointment, "all-no"), {"next": "/desk/"})
    twice = client.post(address(appointment, "all-no"))

    assert [question.ask for question in short if question.ask not in text] == []
    assert tapped.status_code == twice.status_code == 303
    assert tapped["Location"] == "/desk/"
    assert "Asked on arrival" in read(client, tapped["Location"])
    assert "Asked on arrival" in read(client, twice["Location"])


def form(**said: Any) -> dict[str, Any]:
    return {"version": DIGEST, "question_set": "short", **said}


def test_any_other_answer_opens_the_questions(appointment: Appointment) -> None:
    client = browser(Role.FRONTDESK)
    page = read(client, address(appointment, "questions") + "?set=short")
    wrong = client.post(address(appointment, "questions"), form())
    written = client.post(address(appointment, "questions"), form(q4="ill"))

    assert "Blood, heart and legs" not in page
    assert wrong.status_code == 422
    assert_valid(wrong.content.decode())
    assert "Do not treat" in read(client, written["Location"])


def test_the_front_desk_can_enter_answers_but_not_read_them(
    appointment: Appointment,
) -> None:
    client = browser(Role.FRONTDESK)
    said = form(
        question_set="full",
        q9="on",
        **{"q9-more": "thinner", "q26-text": "knock"},
        accommodation=["warm"],
    )
    written = client.post(address(appointment, "questions"), said)
    again = client.get(address(appointment, "questions")).content.decode()

    assert written.status_code == 303
    assert "Not yet" in read(client, written["Location"])
    assert " checked>" not in again
    assert "knock" not in again


@pytest.mark.parametrize("none", ["on", ""])
def test_a_crisis_answer_at_the_desk_is_not_stored(appointment: Appointment, none: str) -> None:
    before = Screening.objects.count()
    said = form(question_set="full", q25="crisis", none=none)
    page = browser(Role.FRONTDESK).post(address(appointment, "questions"), said)

    assert "Please stay with them" in page.content.decode()
    assert "988" in page.content.decode()
    assert Screening.objects.count() == before


@pytest.mark.parametrize(
    "said", [{"version": "old"}, {"outcome": "OK"}, {"q1": "x"}, {"q26-text": "x" * 100_000}],
    ids=["old", "foreign", "unknown", "long"],
)  # fmt: skip
def test_invalid_input_at_the_desk_is_reported(
    appointment: Appointment, said: dict[str, str]
) -> None:
    before = Screening.objects.count()
    data = form(question_set="full", none="on", **said) if "version" not in said else form(**said)
    response = browser(Role.FRONTDESK).post(address(appointment, "questions"), data)

    assert response.status_code in (409, 422)
    assert Screening.objects.count() == before


@pytest.mark.parametrize("role", [Role.THERAPIST, Role.FRONTDESK, Role.OWNER])
@pytest.mark.parametrize("page", ["brief", "questions", "clearance"])
def test_other_therapists_appointments_are_404(
    appointment: Appointment, role: Role, page: str
) -> None:
    client = browser(role)
    foreign = [f"/desk/appointments/{NO_SUCH}/{page}/"]
    if role == Role.THERAPIST:
        foreign.append(address(appointment, page))

    assert {client.get(address).status_code for address in foreign} <= {403, 404}


WORD = {
    "doctor": "Dr. Example", "given_on": "2026-11-20", "limits": "only the back",
    "only_gentle": "on",
}  # fmt: skip


def test_the_therapist_records_a_medical_clearance(appointment: Appointment) -> None:
    Screening.objects.all().delete()
    ScreeningFactory(appointment=appointment, answer_set=answer_set("q9/thinner"))
    client = browser(Role.THERAPIST, of=appointment)
    assert "A doctor has agreed" in read(client, address(appointment, "brief"))
    noted = client.post(address(appointment, "clearance"), WORD)
    text = read(client, noted["Location"])

    assert "only the back" in text
    assert "Dr. Example" in text
    assert "gentle only" in text


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"doctor": ""}, "Please say who agreed"),
        ({"given_on": ""}, "Please say on which day"),
        ({"given_on": "2026-13-45"}, "Please give the day as a date"),
        ({"given_on": "2027-01-01"}, "That day has not come yet"),
        ({"given_on": "2026-11-24"}, "That day has not come yet"),  # tomorrow
        ({"given_on": "2026-01-01"}, "more than three months ago"),
        ({"limits": "x" * 100_000}, "at most 500"),
        ({"doctor": "a\x00b"}, "Null characters"),
    ],
)
def test_an_invalid_clearance_is_explained(
    appointment: Appointment, said: dict[str, str], sentence: str
) -> None:
    Screening.objects.all().delete()
    ScreeningFactory(appointment=appointment, answer_set=answer_set("q9/thinner"))
    response = browser(Role.OWNER).post(address(appointment, "clearance"), WORD | said)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not MedicalClearance.objects.exists()


def test_an_outcome_that_no_clearance_can_change_says_so(appointment: Appointment) -> None:
    response = browser(Role.OWNER).get(address(appointment, "clearance"))

    assert response.status_code == 409
    assert "do not need a medical clearance" in response.content.decode()
