"""Invalid answers to the health questions are refused or count as the more severe outcome."""

import logging
import re
from typing import Any

import pytest
from django.test import Client

from booking.lifecycle import Status
from booking.models import Appointment, Screening
from booking.queries.health.status import decrypt_record
from booking.screening.questionnaires import newest_questionnaire
from tests.booking.health.answers import answer_set
from tests.booking.health.test_question_pages import ASPIRIN, HeldTime, hold_a_time, say
from tests.conftest import ModuleDatabase
from tests.factories import ScreeningFactory
from tests.html import assert_valid, compact, parse, text_of
from tests.scene import make_weekday_clinic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


@pytest.fixture(scope="module")
def held(module_database: ModuleDatabase) -> HeldTime:
    with module_database():
        return hold_a_time(make_weekday_clinic())


@pytest.fixture
def url(held: HeldTime) -> str:
    return held.url


@pytest.fixture
def client(held: HeldTime) -> Client:
    return held.browser()


BAD = {
    "no consent": ({"consent": ""}, "Please agree"),
    "a line without its choice": ({"none": "", "q9": "on"}, "Please choose what is true"),
    "an answer that is not ours": ({"none": "", "q1": "everything"}, "not ours"),
    "a choice that is not ours": ({"none": "", "q9": "on", "q9-more": "x"}, "not ours"),
    "a wish that is not ours": ({"accommodation": "champagne"}, "not ours"),
    "too many words": ({"q26-text": "x" * 100_000}, "at most 300"),
    "too many places": ({"avoid": "x" * 301}, "at most 300"),
    "a NUL byte": ({"avoid": "a\x00b"}, "Null characters"),
    "a pressure that is not ours": ({"pressure": "crushing"}, "Select a valid choice"),
}


@pytest.mark.parametrize(("said", "sentence"), BAD.values(), ids=BAD)
def test_invalid_answers_are_explained_beside_the_field_and_kept(
    client: Client, url: str, said: dict[str, Any], sentence: str
) -> None:
    response = say(client, url, **{"q22": "on", "q22-more": "nuts", **said})
    page = response.content.decode()

    assert_valid(page.replace("\x00", ""))
    assert response.status_code == 422
    assert sentence in text_of(parse(page.replace("\x00", ""))) or sentence in page
    assert 'value="nuts" id="id_q22-more_nuts" checked' in compact(page)
    assert not Screening.objects.exists()


def test_a_form_without_any_answer_is_refused(client: Client, url: str) -> None:
    response = say(client, url, none="", q24="diagnosed")

    assert response.status_code == 422
    assert "Please check the boxes that are true for you" in response.content.decode()


def test_the_error_summary_links_to_missing_answers(client: Client, url: str) -> None:
    page = compact(say(client, url, none="", consent="", q9="on").content.decode())
    links = re.findall(r'<li><a href="#([^"]+)"', page)

    assert links == ["id_q9-more_thinner", "id_consent"]
    assert all(f'id="{link}"' in page for link in links)


def test_unknown_fields_are_refused_and_logged(
    client: Client, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    response = say(client, url, outcome="OK")

    assert response.status_code == 422
    assert "Something in this form was not ours" in response.content.decode()
    assert "the form was refused (not our fields)" in caplog.text
    assert not Screening.objects.exists()


@pytest.mark.parametrize("version", ["", "0" * 64, "2020-01", "x" * 100_000])
def test_answers_to_an_older_version_are_refused_and_kept(
    client: Client, url: str, version: str, caplog: pytest.LogCaptureFixture
) -> None:
    response = say(client, url, version=version, **ASPIRIN)
    page = response.content.decode()

    assert response.status_code == 409
    assert "The questions have changed" in page
    assert 'value="aspirin" id="id_q9-more_aspirin" checked' in compact(page)
    assert newest_questionnaire().digest in page
    assert "the form was refused (an older version)" in caplog.text


def test_contradictory_answers_count_as_the_more_severe(
    client: Client, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="booking"):
        response = say(client, url, q9="on", **{"q9-more": "aspirin"})
    row = Screening.objects.select_related("appointment").get()

    assert response.status_code == 303
    assert decrypt_record(row).screening_result.outcome == "ADAPT"
    assert "We went by the other boxes" in client.get(f"{url}review/").content.decode()
    assert caplog.text == "", "that somebody checked something is nothing for a log"


def test_a_follow_up_counts_even_if_its_question_is_not_ticked(client: Client, url: str) -> None:
    say(client, url, **{"q9-more": "thinner"})

    assert "Please ask your doctor first" in client.get(f"{url}questions/").content.decode()


def test_skipping_the_questions_is_refused_with_a_message_and_logged(
    client: Client, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    response = client.post(f"{url}review/")

    assert response.status_code == 422
    assert "please answer the questions" in response.content.decode()
    assert f"Appointment {Appointment.objects.get().pk}: the health questions" in caplog.text
    assert client.get(f"{url}review/")["Location"] == f"{url}questions/"
    assert Appointment.objects.get().status == Status.HOLD


@pytest.mark.parametrize("answer", ["q9/thinner", "q4/ill"], ids=["ask a doctor", "not now"])
def test_booking_against_the_answers_by_a_direct_post_is_refused_and_the_log_does_not_say_why(
    client: Client, url: str, caplog: pytest.LogCaptureFixture, answer: str
) -> None:
    say(client, url)
    appointment = Appointment.objects.get()
    Screening.objects.all().delete()
    ScreeningFactory(appointment=appointment, patient=None, answer_set=answer_set(answer))
    caplog.clear()
    response = client.post(f"{url}review/")

    page = response.content.decode()
    assert response.status_code == 409
    assert ("Please ask your doctor first" in page) == (answer == "q9/thinner")
    assert Appointment.objects.get().status in (Status.HOLD, Status.EXPIRED)
    assert logged(caplog) == f"Appointment {appointment.pk}: the health questions are shown again."


def logged(caplog: pytest.LogCaptureFixture) -> str:
    """Return the messages that our own code has logged."""
    return "\n".join(r.getMessage() for r in caplog.records if r.name.startswith("booking"))
