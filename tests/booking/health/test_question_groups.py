"""The groups of the health questions: closed until somebody answers "yes", naming all they ask."""

from xml.etree.ElementTree import Element

import pytest
from django.test import Client

from booking.models import Role
from booking.screening.questionnaires import all_questionnaires
from booking.screening.questions import Questionnaire
from tests.booking.health.desk_pages import address, browser
from tests.booking.health.test_question_pages import HeldTime, hold_a_time, say
from tests.factories import AppointmentFactory, ClinicProfileFactory, ScreeningSignatureFactory
from tests.html import parse, words_in
from tests.scene import make_weekday_clinic, on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


@pytest.fixture
def held() -> HeldTime:
    return hold_a_time(make_weekday_clinic())


@pytest.fixture
def client(held: HeldTime) -> Client:
    return held.browser()


@pytest.fixture
def url(held: HeldTime) -> str:
    return held.url


def closed_groups_of(page: str) -> list[Element]:
    """The groups that "yes" opens."""
    return [
        group
        for group in parse(page).iter("details")
        if "health-collapsible" in group.get("class", "")
    ]


def test_the_emergencies_come_first_as_a_question_of_their_own(client: Client, url: str) -> None:
    page = client.get(f"{url}questions/").content.decode()
    emergencies, *others = closed_groups_of(page)
    names = {box.get("name") for box in emergencies.iter("input")}

    assert words_in(emergencies).startswith("Is any of this happening right now?")
    assert names == {"q1", "q2", "q3"}
    assert [group.get("open") for group in (emergencies, *others)] == [None] * 5


@pytest.mark.parametrize("version", all_questionnaires(), ids=lambda version: version.code)
def test_a_closed_group_names_all_that_it_asks(
    client: Client, url: str, version: Questionnaire
) -> None:
    ScreeningSignatureFactory(version=version.code, digest=version.digest)
    page = client.get(f"{url}questions/").content.decode()
    closed = " ".join(words_in(next(group.iter("summary"))) for group in closed_groups_of(page))
    optional = {group.id for group in version.groups if group.optional}
    asked = [question for question in version.questions if question.group not in optional]

    assert version.digest in page
    assert all(question.asks_about for question in asked)
    missing = [words for question in asked for words in question.asks_about if words not in closed]
    assert missing == []


def test_a_group_with_an_answer_or_a_mistake_is_open(client: Client, url: str) -> None:
    page = say(client, url, none="", q9="on", q4="ill").content.decode()
    is_open = [group.get("open") is not None for group in closed_groups_of(page)]

    assert is_open == [False, True, True, False, False]


def test_one_button_says_none_of_these_and_agrees(client: Client, url: str) -> None:
    page = client.get(f"{url}questions/").content.decode()
    [form] = [form for form in parse(page).iter("form") if "questions" in form.get("class", "")]
    first, none = form.iter("button")
    hidden = {
        field.get("name", ""): field.get("value", "")
        for field in form.iter("input")
        if field.get("type") == "hidden"
    }
    sent = {"version": hidden["version"], "consent": hidden["consent"], "none": none.get("value")}

    assert (first.get("name"), none.get("name")) == (None, "none")
    assert "My answers are true" in words_in(form)
    assert client.post(f"{url}questions/", sent).status_code == 303


def test_the_desk_reads_out_the_same_closed_groups() -> None:
    ClinicProfileFactory()
    row = AppointmentFactory(starts_at=on(23, 14))
    page = browser(Role.FRONTDESK).get(address(row, "questions")).content.decode()
    headings = [words_in(next(group.iter("summary"))) for group in closed_groups_of(page)]

    assert len(headings) == 5
    assert headings[0].startswith("Is any of this happening right now?")
    assert [group.get("open") for group in closed_groups_of(page)] == [None] * 5
