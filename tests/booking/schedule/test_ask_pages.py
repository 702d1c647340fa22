"""The pages about a question to a patient: the preview, the link, the list at the desk."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from booking.actions.appointments.ask_patient import ask_patient
from booking.lifecycle import Status
from booking.models import (
    Appointment,
    ClinicProfile,
    MoveProposal,
    Notification,
    Patient,
)
from booking.models.staff import Role
from booking.notifications.rendering import render
from clinic.lib.dates import clock
from tests.booking.schedule.pages import ALL_DAY, OFF, choices, choose, fields, read
from tests.booking.schedule.schedule_changes import (
    STAFF,
    THURSDAY,
    WEDNESDAY,
    Scene,
    at,
    booked,
    faults,
    member,
    proposal_of,
    signed_in,
)
from tests.factories import PatientFactory
from tests.scene import events, fresh

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]


def test_the_preview_asks_each_about_the_first_suggestion(
    rosa: Client, scene: Scene, three: list[Appointment]
) -> None:
    preview = rosa.post(OFF, ALL_DAY)
    assert "Ask the patient: same time, with Tom" in read(preview)
    assert any(value.startswith("ask tom") for value in choices(preview, three[0]))
    chosen = choose(rosa, OFF, preview, step="all ask")
    done = choose(rosa, OFF, chosen, step="settle", words="We are sorry.")

    assert done.status_code == 303
    assert "3 patients are asked. The patients are told by mail." in read(
        rosa.get(done["Location"])
    )
    assert MoveProposal.objects.open().count() == 3
    assert faults() == []


def test_where_there_is_one_room_the_patient_can_be_asked_about_a_colleague_in_it(
    rosa: Client, scene: Scene, three: list[Appointment]
) -> None:
    scene.rooms[1].is_active = False
    scene.rooms[1].save()
    preview = rosa.post(OFF, ALL_DAY)

    same_time = [value for value in choices(preview, three[0]) if "2026-11-24T15:00" in value]
    assert [value.split()[0] for value in same_time] == ["move", "ask"]


def test_ask_each_says_whom_it_leaves_out_and_why(
    rosa: Client, scene: Scene, three: list[Appointment]
) -> None:
    Patient.objects.filter(pk=three[0].patient_id).update(email="")
    preview = rosa.post(OFF, ALL_DAY)
    said = read(preview)
    assert "“Ask each” leaves these out. Please choose for each of them yourself" in said
    assert said.count("no mail reaches them") == 1
    kept = choose(rosa, OFF, preview, step="all keep")
    asked = choose(rosa, OFF, kept, step="all ask")
    initial = asked.context["form"].initial

    assert initial[f"choice-{three[0].pk}"] == "keep"
    assert initial[f"choice-{three[1].pk}"].startswith("ask ")


def test_the_preview_says_why_a_patient_cannot_be_asked(
    rosa: Client, scene: Scene, three: list[Appointment]
) -> None:
    ClinicProfile.objects.update(notice_minutes=2 * 24 * 60)
    said = read(rosa.post(OFF, ALL_DAY))

    assert "cannot be asked by mail: there is not enough time left to answer" in said


def page_of(row: Appointment, page: str = "") -> str:
    return f"/appointments/{row.link_token}/{page}"


def test_the_link_shows_old_and_new_and_changes_nothing(client: Client, asked: Appointment) -> None:
    mail = Notification.objects.get(kind="move_proposal")
    said = read(client.get(page_of(asked, "proposal/")))

    assert "Rosa cannot treat you as booked. Would you like to see Tom instead?" in said
    assert "Tom instead of Rosa" in said
    assert "The same time as booked" in said
    assert "please do not come until we have agreed on a time" in said
    assert "nothing is moved or canceled without asking you" in said
    assert "Take this time Choose another time Cancel the appointment" in said
    assert "Our proposal: 60 min with Tom Take this time" in said, "the bar at the foot"
    assert "See our proposal and answer" in read(client.get(page_of(asked)))
    assert (fresh(asked).sequence, mail.status) == (asked.sequence, "waiting")
    assert events(asked) == ["booked", "asked"]


@pytest.mark.parametrize(
    ("answer", "page", "left"),
    [
        ("take", "", ("booked", "tom", 0)),
        ("other", "reschedule/", ("booked", "rosa", 1)),
        ("cancel", "", ("cancelled", "rosa", 0)),
    ],
)
def test_each_answer_is_a_post(
    client: Client, asked: Appointment, answer: str, page: str, left: tuple[str, str, int]
) -> None:
    for _twice in range(2):
        done = client.post(page_of(asked, "proposal/"), {"answer": answer})
        assert (done.status_code, done["Location"]) == (303, page_of(asked, page))
    row = fresh(asked)

    assert (row.status, row.therapist.slug, MoveProposal.objects.open().count()) == left
    assert client.get(done["Location"]).status_code == 200


def test_an_unknown_answer_or_one_too_late_is_a_sentence(
    client: Client, asked: Appointment, settings: Any
) -> None:
    address = page_of(asked, "proposal/")
    unknown = client.post(address, {"answer": "perhaps"})
    assert (unknown.status_code, "Please choose one of the answers." in read(unknown)) == (
        422,
        True,
    )
    settings.CLINIC_CLOCK = clock.now() + timedelta(hours=25)
    late = client.post(address, {"answer": "take"})

    assert late.status_code == 410
    assert "is no longer kept for you. The appointment has not changed." in read(late)
    assert "We no longer keep that time for you" in read(client.get(address))


def test_the_mail_says_what_happens_without_an_answer(asked: Appointment) -> None:
    mail = render(Notification.objects.get(kind="move_proposal"))

    assert mail.subject.startswith("Please answer: your appointment, ")
    assert "With: Tom" in mail.text
    assert "We keep this time for you until Tuesday 24 November" in mail.text
    assert "nothing is moved or canceled without asking you" in mail.text
    assert f"{page_of(asked)}proposal/" in mail.text


def test_today_and_the_list_show_who_has_not_answered(desk: Client, asked: Appointment) -> None:
    assert "1 patient was asked about another time and can still answer." in read(
        desk.get("/desk/")
    )
    assert "Held until" in read(desk.get("/desk/proposals/"))
    Appointment.objects.filter(status=Status.HOLD).update(hold_expires_at=clock.now())
    for address in ("/desk/", "/desk/proposals/", f"/desk/appointments/{asked.public_id}/"):
        assert "Not answered: please call." in read(desk.get(address))
    done = desk.post(f"/desk/appointments/{asked.public_id}/proposal/withdraw/")

    assert done.status_code == 303
    assert "Nobody is being asked" in read(desk.get("/desk/proposals/"))


def test_a_therapist_sees_the_questions_to_their_own_patients_only(
    rosa: Client, scene: Scene, asked: Appointment
) -> None:
    assert "Ana Reader" in read(rosa.get("/desk/proposals/"))
    tom = signed_in(member(Role.THERAPIST, therapist=scene.therapists[1]))
    assert "Ana Reader" not in read(tom.get("/desk/proposals/"))


def test_staff_who_move_somebody_to_another_therapist_can_ask_first(
    desk: Client, scene: Scene
) -> None:
    row = booked(scene, at(10, day=WEDNESDAY), patient=PatientFactory(name="Ana Reader"))
    move = f"/desk/appointments/{row.public_id}/move/"
    query = {"start": row.starts_at.isoformat(), "therapist": "tom"}
    review = desk.get(move, query)
    assert "Ask the patient first" in read(review)
    done = desk.post(move, fields(review) | {"ask": "1", "message": "tell"})

    assert done.status_code == 303
    assert "Ana Reader is asked by mail. Until then nothing changes." in read(
        desk.get(done["Location"])
    )
    assert fresh(row).override == ""  # Rosa can treat them: the time is not lost
    assert proposal_of(row).hold.therapist.slug == "tom"


def test_staff_can_ask_about_half_an_hour_later(desk: Client, scene: Scene) -> None:
    row = booked(scene, at(10, day=WEDNESDAY), patient=PatientFactory(name="Ana Reader"))
    move = f"/desk/appointments/{row.public_id}/move/"
    half_past = at(10, 30, day=WEDNESDAY)
    review = desk.get(move, {"start": half_past.isoformat()})
    desk.post(move, fields(review) | {"ask": "1", "message": "tell"})
    assert proposal_of(row).hold.starts_at == half_past
    again = desk.get(move, {"start": half_past.isoformat()})
    assert "Ask the patient first" in read(again), "its own held time is not in the way"

    other = booked(scene, at(13, day=WEDNESDAY))
    taken = desk.get(
        f"/desk/appointments/{other.public_id}/move/",
        {"start": at(11, 15, day=WEDNESDAY).isoformat()},
    )
    assert "That time is held for a patient who is asked about it." in read(taken)


def test_moving_to_another_room_alone_offers_no_question(desk: Client, scene: Scene) -> None:
    row = booked(scene, at(10, day=WEDNESDAY))
    query = {"start": row.starts_at.isoformat(), "room": str(scene.rooms[1].pk)}
    review = desk.get(f"/desk/appointments/{row.public_id}/move/", query)

    assert "Room" in read(review)
    assert "Ask the patient first" not in read(review)


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_needs_the_same_number_of_queries(desk: Client, scene: Scene, number: int) -> None:
    for hour in (9, 11, 14)[:number]:
        row = booked(scene, at(hour, day=WEDNESDAY))
        ask_patient(row, start=at(hour, day=THURSDAY), by=STAFF)
    desk.get("/desk/proposals/")
    with CaptureQueriesContext(connection) as queries:
        desk.get("/desk/proposals/")

    assert sum("moveproposal" in query["sql"] for query in queries) == 2
