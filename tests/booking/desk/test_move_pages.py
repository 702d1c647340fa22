"""The pages for moving at the desk without JavaScript, and the dialog of the calendar."""

import pytest
from django.test import Client

from booking.models import Appointment, Notification
from booking.notifications.rendering import render
from booking.queries.appointments.invariants import check_invariants
from clinic.lib.dates import clock
from tests.booking.desk.staffed_desk import Desk, page
from tests.html import assert_valid, attribute, text_of
from tests.scene import at

pytestmark = pytest.mark.django_db


def review(client: Client, row: Appointment, **choices: str) -> dict[str, str]:
    """Look at a move; returns what its form would send."""
    answer = client.get(page("desk-move", row), choices)
    assert answer.status_code == 200
    document = assert_valid(answer.content.decode())
    names = attribute(document, "input", "name", type="hidden")
    return dict(zip(names, attribute(document, "input", "value", type="hidden"), strict=True))


def test_an_appointment_is_moved_in_three_steps_without_javascript(
    desk: Desk, front: Client, tomorrow: Appointment
) -> None:
    chooser = assert_valid(front.get(page("desk-move", tomorrow)).content.decode())
    starts = [start for start in attribute(chooser, "button", "value", name="start") if start]
    assert at(14).isoformat() in starts
    sent = review(front, tomorrow, start=at(14).isoformat(), therapist=desk.other.slug)
    answer = front.post(page("desk-move", tomorrow), sent)

    assert answer.status_code == 303
    row = Appointment.objects.get(pk=tomorrow.pk)
    assert (row.starts_at, row.therapist) == (at(14), desk.other)
    assert Notification.objects.filter(kind="moved").count() == 1


def test_a_typed_time_must_be_confirmed_before_the_move(
    desk: Desk, front: Client, tomorrow: Appointment
) -> None:
    answer = front.get(page("desk-move", tomorrow), {"day": "2026-11-24", "at": "18:05"})
    assert "does not work at that time" in text_of(assert_valid(answer.content.decode()))
    sent = review(front, tomorrow, day="2026-11-24", at="18:05")
    assert sent["accepted"] == f"hours@2026-11-25T00:05:00+00:00@{desk.therapist.slug}"
    front.post(page("desk-move", tomorrow), sent)

    row = Appointment.objects.get(pk=tomorrow.pk)
    assert (row.starts_at, row.override) == (at(18, 5), "hours")


def test_a_post_cannot_accept_overrides_that_were_not_shown(
    desk: Desk, front: Client, tomorrow: Appointment
) -> None:
    sent = review(front, tomorrow, start=at(14).isoformat())
    sent |= {"start": at(18).isoformat(), "accepted": ""}
    answer = front.post(page("desk-move", tomorrow), sent)

    assert answer.status_code == 409
    assert "Move it all the same" in text_of(assert_valid(answer.content.decode()))
    assert Appointment.objects.get(pk=tomorrow.pk).starts_at == at(10)


def test_a_taken_time_is_refused_with_the_name_of_the_other_patient(
    desk: Desk, front: Client, tomorrow: Appointment
) -> None:
    desk.booked(at(14), patient__name="Bo Booked")
    answer = front.get(page("desk-move", tomorrow), {"start": at(14, 30).isoformat()})

    assert answer.status_code == 409
    text = text_of(assert_valid(answer.content.decode()))
    assert "Bo Booked is booked from 2:00 pm to 3:00 pm" in text
    assert "ready again at 3:15 pm" in text
    assert Appointment.objects.get(pk=tomorrow.pk).starts_at == at(10)


def test_a_patient_can_be_asked_first_also_where_the_time_overlaps_their_own(
    front: Client, tomorrow: Appointment
) -> None:
    address = page("desk-move", tomorrow)
    later, beside = (
        text_of(assert_valid(front.get(address, {"start": start.isoformat()}).content.decode()))
        for start in (at(14), at(10, 30))
    )
    sent = review(front, tomorrow, start=at(10, 30).isoformat()) | {"ask": "1"}
    done = front.post(page("desk-move", tomorrow), sent)

    assert "Ask the patient first" in later
    assert "Ask the patient first" in beside
    assert done.status_code == 303
    assert "Until then nothing changes." in front.get(done["Location"]).content.decode()
    assert Appointment.objects.get(pk=tomorrow.pk).starts_at == at(10)


def test_a_concurrent_change_is_shown_before_the_move(
    desk: Desk, front: Client, tomorrow: Appointment
) -> None:
    mine = review(front, tomorrow, start=at(14).isoformat())
    theirs = review(front, tomorrow, start=at(15).isoformat())
    front.post(page("desk-move", tomorrow), theirs)
    answer = front.post(page("desk-move", tomorrow), mine)

    assert answer.status_code == 409
    document = assert_valid(answer.content.decode())
    text = text_of(document)
    assert "This has changed while you were looking at it" in text
    assert "time: Tue 24 Nov, 10:00 am, now Tue 24 Nov, 3:00 pm" in text
    assert Appointment.objects.get(pk=tomorrow.pk).starts_at == at(15)
    seen = attribute(document, "input", "value", name="seen")[0]
    front.post(page("desk-move", tomorrow), mine | {"seen": seen})
    assert Appointment.objects.get(pk=tomorrow.pk).starts_at == at(14)


def test_the_calendar_dialog_has_the_content_of_the_page(
    desk: Desk, front: Client, tomorrow: Appointment
) -> None:
    choices = {
        "start": at(14).isoformat(),
        "therapist": desk.therapist.slug,
        "next": "/desk/calendar/",
    }
    answer = front.get(page("desk-move", tomorrow), choices, headers={"X-Part": "review"})
    text = answer.content.decode()

    assert "<html" not in text
    assert "Move Ada Example?" in text
    desk.booked(at(14))
    taken = front.get(page("desk-move", tomorrow), choices, headers={"X-Part": "review"})
    assert (taken.status_code, "<html" in taken.content.decode()) == (409, False)


def test_a_move_from_the_calendar_leads_back_to_it(
    desk: Desk, front: Client, tomorrow: Appointment
) -> None:
    calendar = "/desk/calendar/?day=2026-11-24"
    sent = review(front, tomorrow, start=at(14).isoformat(), next=calendar)

    assert front.post(page("desk-move", tomorrow), sent)["Location"] == calendar


def test_the_mail_contains_the_message_of_staff(
    desk: Desk, front: Client, tomorrow: Appointment
) -> None:
    sent = review(front, tomorrow, start=at(14).isoformat())
    words = {"message": "tell", "words": "Maya is ill.\r\nSorry!"}
    front.post(page("desk-move", tomorrow), sent | words)

    mail = Notification.objects.get(kind="moved")
    assert "Maya is ill.\nSorry!" in render(mail).text


def test_a_move_without_mail_still_queues_reminders(
    desk: Desk, front: Client, tomorrow: Appointment
) -> None:
    faults = [result.total for result in check_invariants(clock.now())]
    sent = review(front, tomorrow, start=at(14).isoformat())
    answer = front.post(page("desk-move", tomorrow), sent | {"message": "silent"}, follow=True)

    assert "No mail is sent." in text_of(assert_valid(answer.content.decode()))
    assert not Notification.objects.filter(kind="moved").exists()
    assert Notification.objects.filter(kind="reminder").exists()
    event = tomorrow.events.get(kind="moved")
    assert event.details["patient_notified"] is False
    assert [result.total for result in check_invariants(clock.now())] == faults


@pytest.mark.parametrize("wrong", [{"message": "shout"}, {"words": "x" * 501}])
def test_an_invalid_choice_about_the_mail_is_refused(
    desk: Desk, front: Client, tomorrow: Appointment, wrong: dict[str, str]
) -> None:
    sent = review(front, tomorrow, start=at(14).isoformat())
    answer = front.post(page("desk-move", tomorrow), sent | wrong)

    assert answer.status_code == 422
    assert_valid(answer.content.decode())
    assert Appointment.objects.get(pk=tomorrow.pk).starts_at == at(10)


def test_moving_and_cancelling_give_the_same_choice(
    desk: Desk, front: Client, tomorrow: Appointment
) -> None:
    moving = front.get(page("desk-move", tomorrow), {"start": at(14).isoformat()})
    cancelling = front.get(page("desk-cancel", tomorrow))

    for answer in (moving, cancelling):
        text = text_of(assert_valid(answer.content.decode()))
        for words in (
            "What does the patient get?",
            "A mail about it",
            "Nothing: they know already",
        ):
            assert words in text
