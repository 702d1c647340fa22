"""The back office: catalogue, rooms, therapists, profile, closures, team, and what is booked."""

import re
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from booking.lifecycle import Status
from booking.models import (
    Appointment,
    ClinicProfile,
    Closure,
    Offer,
    Option,
    Role,
    Room,
    RoomKind,
    Therapist,
    Treatment,
)
from tests import factories as make
from tests.people import browser_of, member
from tests.scene import Scene, make_weekday_clinic, on

pytestmark = [pytest.mark.usefixtures("db", "frozen_clock"), pytest.mark.postgresql]
OFFICE = "/admin/booking"


@pytest.fixture
def scene(frozen_clock: Any) -> Scene:
    return make_weekday_clinic()


@pytest.fixture
def owner(scene: Scene) -> Client:
    return browser_of(member(Role.OWNER))


def text(response: Any) -> str:
    return str(response.content.decode())


def form_of(response: Any) -> dict[str, Any]:
    """Return what a browser sends for an unchanged form."""
    data: dict[str, Any] = {}
    forms = [response.context["adminform"].form]
    for formset in response.context["inline_admin_formsets"]:
        forms += [formset.formset.management_form, *formset.formset.forms]
    for form in forms:
        for field in form:
            value = field.value()
            if value is not None and value is not False:
                data[field.html_name] = "on" if value is True else value
    return data


def test_a_new_treatment_with_its_lengths_and_prices(owner: Client) -> None:
    page = owner.get(f"{OFFICE}/treatment/add/")
    data = form_of(page) | {
        "name": "Foot massage", "slug": "foot-massage", "neutral_name": "massage",
        "options-TOTAL_FORMS": 1, "options-0-minutes": 30, "options-0-price": "40.00",
        "options-0-turnaround_minutes": 5, "options-0-is_active": "on",
    }  # fmt: skip

    response = owner.post(f"{OFFICE}/treatment/add/", data)

    assert response.status_code == 302
    option = Option.objects.get(treatment__slug="foot-massage")
    assert (option.minutes, option.price) == (30, Decimal("40.00"))


def test_a_new_price_does_not_change_booked_appointments(scene: Scene, owner: Client) -> None:
    booked = make.AppointmentFactory(option=scene.option, starts_at=on(24, 10))
    address = f"{OFFICE}/treatment/{scene.treatment.pk}/change/"

    owner.post(address, form_of(owner.get(address)) | {"options-0-price": "99.00"})

    scene.option.refresh_from_db()
    booked.refresh_from_db()
    assert (scene.option.price, booked.price) == (Decimal("99.00"), Decimal("85.00"))


BAD = {
    "options-0-price": ["-1", "1e400", "NaN", "abc", "9" * 100_000],
    "options-0-minutes": ["4", "301", "999999999999999999999", "\0"],
    "name": ["", "x" * 81, "A\0"],
    "slug": ["", "no slug!"],
    "room_kind": ["999999", "\0"],
    "notice_minutes": ["-1", "99999999"],
}


@pytest.mark.parametrize(("name", "value"), [(name, v) for name in BAD for v in BAD[name]])
def test_invalid_input_is_refused_with_a_message(
    name: str, value: str, scene: Scene, owner: Client
) -> None:
    address = f"{OFFICE}/treatment/{scene.treatment.pk}/change/"
    before = list(Treatment.objects.values()), list(Option.objects.values())

    response = owner.post(address, form_of(owner.get(address)) | {name: value})

    assert response.status_code == 200
    assert 'class="errornote"' in text(response)
    assert (list(Treatment.objects.values()), list(Option.objects.values())) == before


def test_a_therapist_offers_the_ticked_options_at_their_own_prices(
    scene: Scene, owner: Client
) -> None:
    other, third = make.OptionFactory(minutes=30), make.OptionFactory(minutes=90)
    Offer.objects.update(own_price=Decimal("100.00"))
    address = f"{OFFICE}/therapist/{scene.therapist.pk}/change/"
    data = form_of(owner.get(address))
    assert data["gives"] == [scene.option.pk]

    owner.post(address, data | {"gives": [scene.option.pk, other.pk]})

    found = dict(scene.therapist.offers.values_list("option", "own_price"))
    assert found == {scene.option.pk: Decimal("100.00"), other.pk: None}
    assert third.pk not in found
    owner.post(address, form_of(owner.get(address)) | {"gives": [other.pk]})
    assert list(scene.therapist.offers.values_list("option", flat=True)) == [other.pk]


def test_a_new_therapist_offers_all_options_by_default(scene: Scene, owner: Client) -> None:
    address = f"{OFFICE}/therapist/add/"

    owner.post(address, form_of(owner.get(address)) | {"name": "Zoë", "slug": "zoe"})

    assert Therapist.objects.get(slug="zoe").offers.count() == 1


def test_the_profile_is_one_page(scene: Scene, owner: Client) -> None:
    address = f"{OFFICE}/clinicprofile/1/change/"
    assert owner.get(f"{OFFICE}/clinicprofile/").headers["Location"] == address

    owner.post(address, form_of(owner.get(address)) | {"cancellation_hours": 48})

    assert ClinicProfile.objects.get().cancellation_hours == 48
    response = owner.post(address, form_of(owner.get(address)) | {"time_zone": "Mars/Base"})
    assert "not a time zone we know" in text(response)
    assert owner.get(f"{OFFICE}/clinicprofile/add/").status_code == 403


def test_the_models_are_listed_by_how_often_they_are_changed(owner: Client) -> None:
    of_booking = text(owner.get("/admin/")).partition("app-booking")[2]
    names = re.findall(r"<tr class=\"model-(\w+)", of_booking)
    assert " ".join(names) == (
        "treatment room roomkind therapist clinicprofile openinghours closure notificationtext "
        "screeningsignature accommodationrule user appointment appointmentevent"
    )


def test_closures_are_added_at_the_desk_and_can_be_renamed_here(owner: Client) -> None:
    closure = make.ClosureFactory(first_day=date(2026, 12, 24), starts=time(12), ends=time(18))
    address = f"{OFFICE}/closure/{closure.pk}/change/"

    for response in (owner.get(f"{OFFICE}/closure/add/"), owner.post(f"{OFFICE}/closure/add/")):
        assert response["Location"] == "/desk/closures/"
    listed = text(owner.get(f"{OFFICE}/closure/"))
    owner.post(address, {"name": "Christmas", "first_day": "2026-11-24"})

    assert "12:00 pm-6:00 pm" in listed
    closure.refresh_from_db()
    assert (closure.name, closure.first_day) == ("Christmas", date(2026, 12, 24))
    owner.post(f"{OFFICE}/closure/{closure.pk}/delete/", {"post": "yes"})
    assert not Closure.objects.exists()


def test_booked_rooms_treatments_and_therapists_cannot_be_deleted(
    scene: Scene, owner: Client
) -> None:
    booked = make.AppointmentFactory(
        option=scene.option, therapist=scene.therapist, room=scene.rooms[0]
    )
    for model, row in (
        ("treatment", booked.option.treatment),
        ("therapist", booked.therapist),
        ("room", booked.room),
        ("roomkind", booked.room.kind),
    ):
        address = f"{OFFICE}/{model}/{row.pk}/delete/"
        assert owner.get(address).status_code == 403
        assert owner.post(address, {"post": "yes"}).status_code == 403
    kind = make.RoomKindFactory()
    assert owner.post(f"{OFFICE}/roomkind/{kind.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not RoomKind.objects.filter(pk=kind.pk).exists()
    assert Room.objects.count() == 1


def test_an_appointment_is_read_only_and_its_buttons_call_the_actions(
    scene: Scene, owner: Client
) -> None:
    row = make.AppointmentFactory(
        option=scene.option, therapist=scene.therapist, room=scene.rooms[0], starts_at=on(24, 10)
    )
    address = f"{OFFICE}/appointment/{row.pk}"

    page = text(owner.get(f"{address}/change/"))

    assert "Nov. 24, 2026, 10 a.m." in page  # by the clinic's clock
    assert owner.post(f"{address}/change/", {"status": "completed"}).status_code == 405
    assert owner.get(f"{address}/cancel/").status_code == 405
    assert "Canceled. The patient is told." in text(owner.post(f"{address}/cancel/", follow=True))
    assert Appointment.objects.get().status == Status.CANCELLED
    assert Appointment.objects.get().notifications.filter(kind="cancelled").count() == 1
    assert "Booked again" in text(owner.post(f"{address}/restore/", follow=True))
    assert Appointment.objects.get().status == Status.BOOKED
    assert [event.kind for event in row.events.all()] == ["booked", "cancelled", "restored"]


def test_a_refusal_is_shown(scene: Scene, owner: Client) -> None:
    place = {"therapist": scene.therapist, "room": scene.rooms[0], "starts_at": on(24, 10)}
    row = make.AppointmentFactory(**place, option=scene.option, status=Status.CANCELLED)
    make.AppointmentFactory(**place, option=scene.option)

    response = owner.post(f"{OFFICE}/appointment/{row.pk}/restore/", follow=True)

    assert 'class="error"' in text(response)
    row.refresh_from_db()
    assert row.status == Status.CANCELLED


def test_the_search_ignores_accents_and_holds_are_not_listed(scene: Scene, owner: Client) -> None:
    make.AppointmentFactory(patient=make.PatientFactory(name="Zoë Müller"), starts_at=on(24, 10))
    make.AppointmentFactory(patient=make.PatientFactory(name="Ana"), starts_at=on(24, 10))
    make.AppointmentFactory(held=True, starts_at=on(25, 10))

    everything = text(owner.get(f"{OFFICE}/appointment/"))
    found = text(owner.get(f"{OFFICE}/appointment/?q=zoe"))

    assert "2 appointments" in everything
    assert "Zoë Müller" in found
    assert "Ana" not in re.sub(r"(?s)<nav.*?</nav>", "", found)


def test_the_team_is_shown_without_patients_and_changed_at_the_desk(
    scene: Scene, owner: Client
) -> None:
    therapist = member(Role.THERAPIST)
    patient = make.UserFactory(email="patient@mail.example")

    page = text(owner.get(f"{OFFICE}/user/"))

    assert therapist.email in page
    assert patient.email not in page
    assert owner.get(f"{OFFICE}/user/{patient.pk}/change/").status_code == 404
    assert f"/desk/staff/{therapist.pk}/" in text(
        owner.get(f"{OFFICE}/user/{therapist.pk}/change/")
    )
    assert therapist.email in text(owner.get(f"{OFFICE}/user/?role=therapist"))
    assert therapist.email not in text(owner.get(f"{OFFICE}/user/?role=editor"))


@pytest.mark.parametrize("key", ["0", "999999", "abc", "1_00", "9" * 400])
@pytest.mark.parametrize("model", ["room", "treatment", "therapist", "closure", "appointment"])
def test_missing_objects_are_404(model: str, key: str, owner: Client) -> None:
    assert owner.get(f"{OFFICE}/{model}/{key}/change/").status_code == 404
    assert owner.get(f"{OFFICE}/{model}/?p=99999").status_code in (200, 302)


LISTS = ("treatment", "room", "roomkind", "therapist", "closure", "user", "appointment",
         "appointmentevent", "openinghours")  # fmt: skip


def test_the_query_count_does_not_depend_on_the_number_of_rows(scene: Scene, owner: Client) -> None:
    def fill(hour: int) -> None:
        row = make.AppointmentFactory(
            option__treatment=make.TreatmentFactory(), starts_at=on(24, hour)
        )
        make.OptionFactory(treatment=scene.treatment, minutes=hour)
        make.OfferFactory(therapist=row.therapist, option=row.option)
        make.OfferFactory(therapist=scene.therapist, option=row.option)
        make.ClosureFactory()
        make.OpeningHoursFactory(weekday=hour % 7)
        member(Role.THERAPIST, app=False)

    def queries() -> dict[str, int]:
        found = {}
        pages = [f"{OFFICE}/{model}/" for model in LISTS]
        pages.append(f"{OFFICE}/treatment/{scene.treatment.pk}/change/")
        pages.append(f"{OFFICE}/therapist/{scene.therapist.pk}/change/")
        for page in pages:
            with CaptureQueriesContext(connection) as captured:
                assert owner.get(page).status_code == 200
            found[page] = len(captured)
        return found

    fill(9)
    queries()
    one = queries()
    for hour in (10, 11, 12):
        fill(hour)

    assert queries() == one
