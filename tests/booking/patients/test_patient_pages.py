"""The pages of patients at the desk."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from booking.lifecycle import Status
from booking.models import Patient, PatientMerge, Role
from tests import factories as make
from tests.html import compact
from tests.people import browser_of, member
from tests.scene import Scene, make_weekday_clinic, on

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
GOOD = {"name": "Ana Reader", "email": "ana@mail.example", "phone": "312 555 0142"}
SIDES = {"name": "remaining", "email": "duplicate", "phone": "remaining"}


@pytest.fixture
def scene(frozen_clock: datetime) -> Scene:
    return make_weekday_clinic()


@pytest.fixture
def desk(scene: Scene) -> Client:
    return browser_of(member(Role.FRONTDESK))


def address(patient: Patient, rest: str = "") -> str:
    return f"/desk/patients/{patient.public_id}/{rest}"


def text(response: Any) -> str:
    return compact(response.content.decode())


def booked(scene: Scene, patient: Patient, starts_at: datetime, **values: Any) -> Any:
    return make.AppointmentFactory(
        patient=patient,
        option=scene.option,
        therapist=scene.therapist,
        room=scene.rooms[0],
        starts_at=starts_at,
        **values,
    )


def test_the_list_is_searched_and_paged(desk: Client) -> None:
    make.PatientFactory.create_batch(31)
    make.PatientFactory(name="Zoë")

    assert "32 patients" in text(desk.get("/desk/patients/"))
    assert "Page 2 of 2" in text(desk.get("/desk/patients/?page=9999"))
    assert "Page 1 of 2" in text(desk.get("/desk/patients/?page=-1%00"))
    found = text(desk.get("/desk/patients/?q=zoe"))
    assert "1 patient found" in found
    assert "Nobody found" in text(desk.get("/desk/patients/", {"q": "x" * 100_000}))


def test_a_record_shows_past_and_upcoming_appointments_and_mails(
    scene: Scene, desk: Client
) -> None:
    patient = make.PatientFactory(
        name="Ana", preferred_therapist=scene.therapist, likes_quiet=True, likes_evenings=True
    )
    booked(scene, patient, on(9, 10), status=Status.NO_SHOW)
    booked(scene, patient, on(10, 10), status=Status.COMPLETED)
    coming = booked(scene, patient, on(24, 10))
    make.NotificationFactory(appointment=coming, kind="booked", status="failed")
    booked(scene, make.PatientFactory(), on(25, 10))

    response = desk.get(address(patient))

    page = text(response)
    assert "no-store" in response["Cache-Control"]
    assert "<title>Patient · " in page
    assert "9 Nov 2026, 10:00 am" in page
    assert "24 Nov 2026, 10:00 am" in page
    assert "25 Nov 2026" not in page
    assert "<strong>once</strong>" in page
    assert "quiet session" in page
    assert "did not arrive" in page


def test_a_record_leads_to_a_booking_for_the_patient(scene: Scene, desk: Client) -> None:
    patient = make.PatientFactory(name="Ana")
    way = f"/desk/book/?patient={patient.public_id}"
    chosen = f'value="{patient.public_id}" id="id_patient_{patient.public_id}" checked'

    assert f'href="{way}"' in text(desk.get(address(patient)))
    assert chosen in text(desk.get(way))
    assert chosen not in text(browser_of(member(Role.THERAPIST)).get(way))
    assert desk.get("/desk/book/?patient=nobody%00").status_code == 422


def test_a_record_without_visits_says_so(desk: Client) -> None:
    assert "not yet" in text(desk.get(address(make.PatientFactory())))


def test_undeliverable_mails_are_shown_at_the_top(scene: Scene, desk: Client) -> None:
    patient = make.PatientFactory(undeliverable_since=on(20, 9))

    assert "came back since Friday 20 November 2026" in text(desk.get(address(patient)))


def test_a_therapist_sees_own_patients_and_own_appointments_with_them(scene: Scene) -> None:
    user = member(Role.THERAPIST)
    patient, stranger = make.PatientFactory(), make.PatientFactory()
    make.AppointmentFactory(patient=patient, therapist=user.therapist, starts_at=on(24, 10))
    booked(scene, patient, on(25, 10))
    booked(scene, stranger, on(26, 10))
    browser = browser_of(user)

    page = text(browser.get(address(patient)))

    assert "24 Nov 2026" in page
    assert "25 Nov 2026" not in page
    for rest in ("", "edit/", "merge/", f"merge/{patient.public_id}/"):
        assert browser.get(address(stranger, rest)).status_code == 404
    assert browser.get(address(patient, f"merge/{stranger.public_id}/")).status_code == 404
    assert stranger.name not in text(browser.get("/desk/patients/"))


def test_contact_and_preferences_are_saved_and_a_new_address_is_tried_again(
    scene: Scene, desk: Client
) -> None:
    patient = make.PatientFactory(undeliverable_since=on(20, 9))

    data = GOOD | {"preferred_therapist": scene.therapist.pk, "likes_quiet": "on"}
    response = desk.post(address(patient, "edit/"), data)

    patient.refresh_from_db()
    assert response.status_code == 303
    assert (patient.name, patient.email, patient.phone) == tuple(GOOD.values())
    assert (patient.preferred_therapist, patient.likes_quiet) == (scene.therapist, True)
    assert patient.undeliverable_since is None


@pytest.mark.parametrize(
    "bad",
    [
        {"name": ""},
        {"name": "x" * 100_000},
        {"name": "A\0"},
        {"email": "not an address"},
        {"phone": "12"},
        {"email": "", "phone": ""},
        {"preferred_therapist": "999999"},
        {"preferred_therapist": "\0"},
    ],
    ids=range(8),
)
def test_invalid_input_is_reported_and_kept(bad: Any, desk: Client) -> None:
    patient = make.PatientFactory()
    before = Patient.objects.values().get()

    response = desk.post(address(patient, "edit/"), GOOD | bad)

    assert response.status_code == 422
    assert "error-summary" in text(response)
    assert Patient.objects.values().get() == before


def test_merging_shows_both_records_asks_and_can_be_undone(scene: Scene, desk: Client) -> None:
    remaining = make.PatientFactory(name="Ana Reader", phone="312 555 0142")
    duplicate = make.PatientFactory(name="A. Reader", email="new@mail.example", phone="3125550142")
    booked(scene, duplicate, on(24, 10))
    preview = address(remaining, f"merge/{duplicate.public_id}/")

    assert "A. Reader" in text(desk.get(address(remaining)))
    assert "A. Reader" in text(desk.get(address(remaining, "merge/")))
    assert "24 Nov 2026" in text(desk.get(preview))
    response = desk.post(preview, SIDES, follow=True)

    assert "The records are one now" in text(response)
    assert "24 Nov 2026" in text(response)
    assert desk.get(address(duplicate)).status_code == 404
    remaining.refresh_from_db()
    assert (remaining.name, remaining.email) == ("Ana Reader", "new@mail.example")
    undo = f"/desk/merges/{PatientMerge.objects.get().pk}/undo/"
    assert desk.get(undo).status_code == 405
    assert "both records are there again" in text(desk.post(undo, follow=True))
    assert "24 Nov 2026" in text(desk.get(address(duplicate)))


def test_merging_a_record_with_itself_or_none_does_nothing(desk: Client) -> None:
    one, other = make.PatientFactory.create_batch(2)

    itself = desk.post(address(one, f"merge/{one.public_id}/"), SIDES)
    unchosen = desk.post(address(one, f"merge/{other.public_id}/"), {"name": "neither"})

    assert (itself.status_code, unchosen.status_code) == (422, 422)
    assert "same record twice" in text(itself)
    assert "choose one of the two" in text(unchosen)
    assert PatientMerge.objects.count() == 0
    assert desk.get(address(one, f"merge/{uuid4()}/")).status_code == 404


def test_a_therapist_may_not_merge_across_colleagues(scene: Scene) -> None:
    user = member(Role.THERAPIST)
    remaining, duplicate = make.PatientFactory.create_batch(2)
    for patient, hour in ((remaining, 9), (duplicate, 11)):
        make.AppointmentFactory(patient=patient, therapist=user.therapist, starts_at=on(24, hour))
    booked(scene, duplicate, on(25, 10))

    data = {"name": "remaining", "email": "remaining", "phone": "remaining"}
    response = browser_of(user).post(address(remaining, f"merge/{duplicate.public_id}/"), data)

    assert response.status_code == 403
    assert "ask the front desk" in text(response)
    assert PatientMerge.objects.count() == 0


def test_the_query_count_does_not_depend_on_the_number_of_rows(scene: Scene, desk: Client) -> None:
    patient = make.PatientFactory()
    same = f"merge/{make.PatientFactory(name=patient.name).public_id}/"

    def queries() -> dict[str, int]:
        found = {}
        for page in ("/desk/patients/", *(address(patient, rest) for rest in ("", "merge/", same))):
            with CaptureQueriesContext(connection) as captured:
                assert desk.get(page).status_code == 200
            found[page] = len(captured)
        return found

    make.NotificationFactory(appointment=booked(scene, patient, on(24, 9)))
    make.NotificationFactory(appointment=booked(scene, patient, on(3, 9)))
    queries()
    one = queries()
    for hour in (10, 13, 15):
        make.NotificationFactory(appointment=booked(scene, patient, on(25, hour)))
        make.NotificationFactory(appointment=booked(scene, patient, on(4, hour)))
        make.PatientFactory(name=patient.name)

    assert queries() == one
