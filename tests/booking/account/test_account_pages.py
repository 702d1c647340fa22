"""The account of a patient: who gets in, where people land, and what its first page shows."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from booking.actions.patients.merge_patients import merge_patients
from booking.inputs import ContactDetails
from booking.lifecycle import Override, Status
from booking.models import Appointment, AppointmentEvent, Patient, Role
from clinic.lib.dates import clock
from tests import factories as make
from tests.booking.account.conftest import SignedIn
from tests.html import assert_valid, parse, text_of
from tests.people import browser_of, member, patient_user, sign_in
from tests.scene import Scene, fresh, on

MAX_QUERIES = 12


def page_text(browser: Client, address: str = "/me/") -> str:
    response = browser.get(address)
    assert response.status_code == 200, address
    assert_valid(response.content.decode())
    return text_of(parse(response.content.decode()))


def booked(scene: Scene, patient: Patient, day: int, hour: int, **values: object) -> Appointment:
    values.setdefault("therapist", scene.therapist)
    values.setdefault("room", scene.rooms[0])
    return make.AppointmentFactory.create(
        option=scene.option, patient=patient, starts_at=on(day, hour), **values
    )


def test_a_first_visit_asks_for_the_name_once(scene: Scene) -> None:
    user = patient_user(email="new@reader.example")
    browser = browser_of(user)
    asked = browser.get("/me/")
    data = {"name": "New Reader", "phone": "312-555-0142"}

    assert asked["Location"] == "/me/start/?next=%2Fme%2F"
    assert not Patient.objects.filter(user=user).exists()
    assert browser.post("/me/start/", data)["Location"] == "/me/"
    assert browser.post("/me/start/", data | {"name": "Twice"})["Location"] == "/me/"
    patient = Patient.objects.get(user=user)
    assert (patient.name, patient.email, patient.phone) == (
        "New Reader", "new@reader.example", "312-555-0142",
    )  # fmt: skip
    assert "You have no appointment" in page_text(browser) or "Nothing is booked" in page_text(
        browser
    )


def test_every_appointment_that_cannot_take_place_asks_for_an_answer(
    scene: Scene, ana: SignedIn
) -> None:
    for day in (24, 25, 26):
        booked(scene, ana.patient, day, 10, override=Override.ASKED)

    assert page_text(ana.browser).count("cannot take place as booked") == 3


def test_the_start_leads_only_to_pages_of_the_account() -> None:
    for wanted, expected in (("/me/?page=2", "/me/?page=2"), ("//evil.example/me/", "/me/")):
        browser = browser_of(patient_user())
        data = {"name": "Ana", "phone": "312-555-0142", "next": wanted}

        assert browser.post("/me/start/", data)["Location"] == expected


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.THERAPIST, "/desk/"),
        (Role.FRONTDESK, "/desk/"),
        (Role.OWNER, "/desk/"),
        (Role.EDITOR, "/admin/articles/article/"),
    ],
)
def test_staff_land_at_their_work_also_from_the_account(role: Role, expected: str) -> None:
    user = member(role, app=False)

    assert sign_in(Client(), user)["Location"] == expected
    assert browser_of(user).get("/me/")["Location"] == expected


def test_staff_who_are_patients_too_make_their_record_themselves() -> None:
    browser = browser_of(member(Role.THERAPIST))
    browser.post("/me/start/", {"name": "Maya", "phone": "312-555-0142"})

    assert "Your appointments" in page_text(browser)


def test_the_desk_leads_its_people_to_their_own_appointments() -> None:
    desk = browser_of(member(Role.THERAPIST)).get("/desk/").content.decode()

    assert '<a href="/me/start/">' in desk


def test_the_first_page_of_an_editor_lists_the_articles_and_leads_on() -> None:
    browser = browser_of(member(Role.EDITOR))
    shown = page_text(browser, "/admin/articles/article/")

    assert "Comments" in shown


def test_the_footer_offers_no_sign_in_to_whoever_is_signed_in(scene: Scene, ana: SignedIn) -> None:
    sign_in_link = b">Sign in</a></li>"
    row = booked(scene, ana.patient, 24, 10)

    for address in ("/me/", "/me/details/", f"/me/appointments/{row.public_id}/"):
        assert sign_in_link not in ana.browser.get(address).content, address
    assert sign_in_link in ana.browser.get("/").content, "a page that is cached for everybody"


@pytest.mark.parametrize(("hours", "is_said"), [(72, True), (1, False)])
def test_only_an_appointment_that_can_change_is_to_be_added_to_a_calendar_again(
    hours: int, is_said: bool, scene: Scene
) -> None:
    row = make.AppointmentFactory(starts_at=clock.now() + timedelta(hours=hours))
    shown = Client().get(f"/appointments/{row.link_token}/").content.decode()

    assert ("add it once more" in shown) is is_said
    assert "Add to your calendar" in shown


def test_public_pages_are_the_same_for_the_signed_in(ana: SignedIn) -> None:
    for address in ("/", "/treatments/", "/contact/"):
        page = Client().get(address).content
        assert ana.browser.get(address).content == page
        assert b"Ana Reader" not in page
        assert b'href="/me/"' in page
        assert b"/appointments/lost-link/" in page


def test_the_menu_names_the_account_and_is_never_stored(ana: SignedIn) -> None:
    shown = ana.browser.get("/me/menu/")

    assert "Ana Reader" in shown.content.decode()
    assert "Sign out" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert Client().get("/me/menu/").status_code == 204


def test_a_marker_tells_scripts_who_is_signed_in_until_sign_out(ana: SignedIn) -> None:
    marker = ana.browser.get("/me/").cookies["signed_in"]

    assert (marker.value, marker["httponly"], marker["samesite"]) == ("1", "", "Lax")
    assert ana.browser.post("/accounts/logout/").cookies["signed_in"].value == ""
    assert "signed_in" not in Client().get("/").cookies


def test_phone_bookings_appear_and_those_of_others_do_not(scene: Scene, ana: SignedIn) -> None:
    booked(scene, ana.patient, 26, 10, event__actor_type="staff")
    stranger = make.PatientFactory.create(name=ana.patient.name, email=ana.patient.email)
    booked(scene, stranger, 26, 14)
    text = page_text(ana.browser)

    assert "Thursday 26 November 2026, 10:00 am" in text
    assert "2:00 pm" not in text.split("Book again")[0]


def test_what_the_link_does_can_be_done_without_it(scene: Scene, ana: SignedIn) -> None:
    row = booked(scene, ana.patient, 26, 10)
    address = f"/me/appointments/{row.public_id}/"
    page = ana.browser.get(address).content.decode()

    assert row.link_token not in page
    assert f"{address}reschedule/" in page
    assert ana.browser.get(f"{address}appointment.ics").status_code == 200
    assert "Keep this link" not in page
    done = ana.browser.post(f"{address}cancel/", {"reason": ""})
    assert (done.status_code, done["Location"]) == (303, address)
    assert "Undo the cancellation" in page_text(ana.browser)
    assert ana.browser.post(f"{address}undo/")["Location"] == address
    assert ana.browser.post(f"{address}confirm/")["Location"] == address
    row = fresh(row)
    assert (row.status, bool(row.attendance_confirmed_at)) == (Status.BOOKED, True)
    who = AppointmentEvent.objects.filter(appointment=row).exclude(kind="booked")
    assert set(who.values_list("actor_type", "user")) == {("patient", ana.patient.user_id)}


def test_an_appointment_is_moved_from_the_account(scene: Scene, ana: SignedIn) -> None:
    row = booked(scene, ana.patient, 26, 10)
    address = f"/me/appointments/{row.public_id}/"
    start = on(27, 11).isoformat()
    choice = {"start": start, "therapist": scene.therapist.slug}
    review = ana.browser.get(f"{address}reschedule/", choice).content.decode()

    assert row.link_token not in review
    assert ana.browser.post(f"{address}reschedule/", choice)["Location"] == address
    assert fresh(row).starts_at == on(27, 11)


def test_somebody_elses_appointment_is_not_found(scene: Scene, ana: SignedIn) -> None:
    row = make.AppointmentFactory.create(option=scene.option, starts_at=on(26, 10))
    for page in ("", "cancel/", "reschedule/", "confirm/", "appointment.ics"):
        assert ana.browser.get(f"/me/appointments/{row.public_id}/{page}").status_code == 404


def test_the_past_is_paged_and_costs_few_queries(scene: Scene, ana: SignedIn) -> None:
    first = on(23, 12) - timedelta(days=1)
    rows = [
        make.AppointmentFactory.build(
            option=scene.option,
            therapist=scene.therapist,
            room=scene.rooms[0],
            patient=ana.patient,
            starts_at=first - timedelta(days=day),
            status=Status.COMPLETED,
            booked_at=first - timedelta(days=day),
        )
        for day in range(1000)
    ]
    Appointment.objects.bulk_create(rows)
    booked(scene, ana.patient, 26, 10)
    ana.browser.get("/me/")  # notes the hour in which the session is used
    caches["proposals"].clear()
    with CaptureQueriesContext(connection) as queries:
        text = page_text(ana.browser)

    assert len(queries) <= MAX_QUERIES
    assert "Book again" in text
    assert "All past appointments" in text
    assert "Page 50 of 50" in page_text(ana.browser, "/me/appointments/?page=50")


def test_the_same_again_is_proposed_without_the_shared_cache(
    settings: Settings, scene: Scene, ana: SignedIn
) -> None:
    dead = {"BACKEND": "tests.booking.doctor.broken.DeadCache"}
    settings.CACHES = {**settings.CACHES, "default": dead}
    booked(scene, ana.patient, 19, 14, status=Status.COMPLETED)

    assert "Book again" in page_text(ana.browser)


def test_the_same_again_is_proposed_at_the_usual_time(scene: Scene, ana: SignedIn) -> None:
    """Last Thursday at two, and next Thursday is booked: so the Thursday after is proposed."""
    booked(scene, ana.patient, 19, 14, status=Status.COMPLETED)
    booked(scene, ana.patient, 26, 14)
    page = ana.browser.get("/me/").content.decode()

    assert f'value="{on(3, 14, month=12).isoformat()}"' in page
    assert f'name="therapist" value="{scene.therapist.slug}"' in page
    assert f'name="option" value="{scene.option.pk}"' in page


def test_a_patient_who_needs_extra_minutes_is_proposed_only_times_that_have_them(
    scene: Scene, ana: SignedIn
) -> None:
    """Last Thursday at two, ten minutes longer for a break; next Thursday two o'clock is too
    short, because somebody comes when the usual hour and its turnaround are over."""
    starts = on(19, 14)
    booked(
        scene, ana.patient, 19, 14, status=Status.COMPLETED,
        ends_at=starts + timedelta(minutes=70), blocked_until=starts + timedelta(minutes=85),
    )  # fmt: skip
    make.AppointmentFactory.create(
        option=scene.option,
        therapist=scene.therapist,
        room=scene.rooms[0],
        starts_at=on(26, 15, 15),
    )
    page = ana.browser.get("/me/").content.decode()

    assert f'value="{on(26, 14).isoformat()}"' not in page
    assert f'value="{on(26, 13, 45).isoformat()}"' in page


def test_an_account_that_was_merged_shows_everything_at_once(scene: Scene, ana: SignedIn) -> None:
    """Staff join the record to an older one while the patient is signed in."""
    older = make.PatientFactory.create(name="Ana Reader")
    booked(scene, older, 26, 10)
    contact = ContactDetails(ana.patient.name, ana.patient.email, ana.patient.phone)
    merge_patients(older, ana.patient, contact, by=member(Role.OWNER))

    assert "Thursday 26 November 2026" in page_text(ana.browser)


def test_staff_see_who_has_an_account(scene: Scene, ana: SignedIn) -> None:
    row = booked(scene, ana.patient, 26, 10)
    desk = browser_of(member(Role.FRONTDESK))

    assert "sees this appointment there" in page_text(desk, f"/desk/appointments/{row.public_id}/")
    assert "appears in their account" in page_text(desk, f"/desk/patients/{ana.patient.public_id}/")
