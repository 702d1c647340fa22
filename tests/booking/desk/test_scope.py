"""A therapist sees only own patients on every page and list of the desk."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from booking.actions.health.submit_answers import submit_answers
from booking.lifecycle import Status
from booking.models import Appointment, Patient
from booking.screening.questionnaires import newest_questionnaire
from booking.screening.records import SessionPreferences, SubmittedAnswers
from tests.booking.desk.staffed_desk import Desk, page, patient_of, signed_in
from tests.booking.health.answers import GUEST, answer_set
from tests.factories import (
    NotificationFactory,
    PatientFactory,
    PaymentFactory,
    ScreeningFactory,
    StaffRoleFactory,
    UserFactory,
)
from tests.html import parse, text_of
from tests.scene import at

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 23)
OF_AN_APPOINTMENT = {
    "desk-appointment": "get", "desk-status": "post", "desk-move": "get", "desk-cancel": "get",
    "desk-restore": "post", "desk-note": "post", "desk-pay": "post",
}  # fmt: skip
LISTS = {
    "today": "/desk/",
    "day": "/desk/calendar/?day=2026-11-23",
    "tomorrow": "/desk/calendar/?day=2026-11-24",
    "somebody else's day": "/desk/calendar/?day=2026-11-23&therapist={other}",
    "rooms": "/desk/calendar/?day=2026-11-23&by=rooms",
    "week": "/desk/calendar/?view=week&day=2026-11-23",
    "somebody else's week": "/desk/calendar/?view=week&day=2026-11-23&therapist={other}",
    "book": "/desk/book/?therapist={other}",
}
SECRETS = ["Theodora Foreign", "theodora@mail.example", "773-555-0188"]


@pytest.fixture
def foreign(desk: Desk) -> Appointment:
    """Daniel's patient, today, tomorrow, paid, and with a mail that did not arrive."""
    patient = Patient.objects.create(
        name=SECRETS[0], email=SECRETS[1], phone=SECRETS[2], undeliverable_since=at(9, day=MONDAY)
    )
    desk.booked(at(15, day=MONDAY), desk.other, patient=patient)
    row = desk.booked(at(14), desk.other, patient=patient)
    NotificationFactory(appointment=row, status="failed", to_email=patient.email)
    PaymentFactory(appointment=row)
    return row


def say_nothing(client: Client, address: str) -> None:
    text = client.get(address).content.decode()
    assert [secret for secret in SECRETS if secret in text] == []


@pytest.mark.parametrize("name", OF_AN_APPOINTMENT)
def test_pages_of_other_therapists_appointments_are_404(
    desk: Desk, foreign: Appointment, name: str
) -> None:
    client = signed_in(desk.maya)
    answers = {
        client.get(page(name, foreign)).status_code,
        client.post(page(name, foreign)).status_code,
    }

    assert 404 in answers
    assert answers <= {404, 405}


@pytest.mark.parametrize("name", OF_AN_APPOINTMENT)
def test_pages_of_their_own_appointments_open(desk: Desk, name: str) -> None:
    own = desk.booked(at(14))
    answer = getattr(signed_in(desk.maya), OF_AN_APPOINTMENT[name])(page(name, own))

    assert answer.status_code in (200, 302, 303, 422)


@pytest.mark.parametrize("look", LISTS)
def test_no_list_shows_patients_of_other_therapists(
    desk: Desk, foreign: Appointment, look: str
) -> None:
    say_nothing(signed_in(desk.maya), LISTS[look].format(other=desk.other.slug))


@pytest.mark.parametrize("look", ["day", "tomorrow", "rooms"])
def test_the_front_desk_sees_all(desk: Desk, foreign: Appointment, look: str) -> None:
    assert SECRETS[0] in signed_in(desk.front).get(LISTS[look]).content.decode()


def test_receipts_are_visible_like_their_appointment(desk: Desk, foreign: Appointment) -> None:
    address = reverse("desk-receipt", args=[1])
    assert signed_in(desk.maya).get(address).status_code == 404
    assert signed_in(desk.maya).post(reverse("desk-payment-reverse", args=[1])).status_code == 404
    assert signed_in(desk.daniel).get(address).status_code == 200
    assert signed_in(desk.front).get(reverse("desk-receipt", args=[2])).status_code == 404
    assert signed_in(desk.front).get(f"/desk/receipts/{'9' * 30}/").status_code == 404


def test_a_therapist_finds_and_books_for_their_own_patients_only(
    desk: Desk, foreign: Appointment
) -> None:
    client = signed_in(desk.maya)
    typed = {"option": desk.scene.option.pk, "day": "2026-11-24", "start": at(10).isoformat()}
    looked = client.post("/desk/book/", typed | {"do": "look", "q": "Theodora"})
    assert SECRETS[1] not in looked.content.decode()
    patient = str(patient_of(foreign).public_id)
    booked = client.post(
        "/desk/book/", typed | {"do": "book", "therapist": desk.therapist.slug, "patient": patient}
    )

    assert booked.status_code == 422
    assert Appointment.objects.filter(therapist=desk.therapist).count() == 0


def test_a_therapist_books_and_moves_into_their_own_calendar_only(desk: Desk) -> None:
    own = desk.booked(at(14))
    client = signed_in(desk.maya)
    choices = {"start": at(10).isoformat(), "day": "2026-11-24", "therapist": desk.other.slug}
    assert client.post(page("desk-move", own), choices).status_code == 422
    typed = choices | {
        "do": "book",
        "option": desk.scene.option.pk,
        "name": "Eva",
        "phone": "3125550199",
    }
    assert client.post("/desk/book/", typed).status_code == 422

    assert list(Appointment.objects.values_list("therapist", flat=True)) == [desk.therapist.pk]


def test_a_patient_is_out_of_scope_long_after_a_cancellation(desk: Desk) -> None:
    row = desk.booked(
        at(10, day=date(2026, 10, 1)),
        status=Status.CANCELLED,
        cancelled_at=at(9, day=date(2026, 10, 1)),
    )

    assert signed_in(desk.maya).get(page("desk-appointment", row)).status_code == 404
    assert signed_in(desk.front).get(page("desk-appointment", row)).status_code == 200


def test_a_patients_note_is_shown_to_their_therapist_only(desk: Desk) -> None:
    row = desk.booked(at(14), patient_note="restless at night")
    shown = {
        name: b"restless at night" in signed_in(user).get(page("desk-appointment", row)).content
        for name, user in (("maya", desk.maya), ("front", desk.front), ("owner", desk.owner))
    }

    assert shown == {"maya": True, "front": False, "owner": False}


def test_who_may_not_read_an_urgent_note_is_asked_to_send_the_therapist(desk: Desk) -> None:
    row = desk.booked(at(14), patient_note="I cannot go on.")
    asked = {
        name: b"to read at once what they wrote"
        in signed_in(user).get(page("desk-appointment", row)).content
        for name, user in (("maya", desk.maya), ("front", desk.front), ("owner", desk.owner))
    }

    assert asked == {"maya": False, "front": True, "owner": True}


def test_despair_in_the_health_answers_is_shown_like_despair_in_the_note(desk: Desk) -> None:
    row = desk.scene.hold(at(14), desk.therapist, browser_key="x")
    words = answer_set(q26="I cannot go on.")
    given = SubmittedAnswers(newest_questionnaire().digest, words, SessionPreferences())
    submit_answers(row, given, by=GUEST)
    Appointment.objects.filter(pk=row.pk).update(
        status=Status.BOOKED,
        hold_expires_at=None,
        patient=PatientFactory(),
        booked_at=at(9),
        terms_accepted_at=at(9),
    )
    url = page("desk-appointment", row)
    shown = {
        name: b"read at once what they wrote" in signed_in(user).get(url).content
        for name, user in (("maya", desk.maya), ("front", desk.front))
    }

    assert shown == {"maya": True, "front": True}


def test_today_marks_what_has_to_be_read_at_once_and_tells_nobody_why(
    desk: Desk,
) -> None:
    desk.booked(at(14, day=MONDAY), patient_note="I cannot go on.", patient__name="Noted")
    answered = desk.booked(at(16, day=MONDAY), patient__name="Answered")
    ScreeningFactory(appointment=answered, answer_set=answer_set(q26="I cannot go on."))
    desk.booked(at(17, 30, day=MONDAY), patient_note="My left foot, please.", patient__name="Calm")
    seen = {
        name: text_of(parse(signed_in(user).get("/desk/").content.decode()))
        for name, user in (("maya", desk.maya), ("front", desk.front), ("daniel", desk.daniel))
    }
    marks = {
        name: (text.count("Read now what they wrote"), text.count("Ask Maya to read now"))
        for name, text in seen.items()
    }

    assert marks == {"maya": (2, 0), "front": (0, 2), "daniel": (0, 0)}
    assert "cannot go on" not in seen["front"]


@pytest.mark.parametrize("name", [*OF_AN_APPOINTMENT, "desk-calendar", "desk-book", "desk"])
def test_anonymous_users_must_sign_in_and_editors_are_refused(desk: Desk, name: str) -> None:
    row = desk.booked(at(14))
    address = page(name, row) if name in OF_AN_APPOINTMENT else reverse(name)
    editor = StaffRoleFactory(user=UserFactory(), role="editor").user
    answers: dict[str, Callable[[str], object]] = {
        "stranger": Client().get,
        "editor": signed_in(editor).get,
        "patient": signed_in(UserFactory()).get,
    }
    found = {who: ask(address).status_code for who, ask in answers.items()}

    assert found == {"stranger": 302, "editor": 403, "patient": 403}


@pytest.mark.parametrize("name", ["desk-calendar", "desk-book", "desk"])
def test_pages_of_the_desk_are_not_cached(desk: Desk, name: str) -> None:
    assert "no-store" in signed_in(desk.front).get(reverse(name))["Cache-Control"]
