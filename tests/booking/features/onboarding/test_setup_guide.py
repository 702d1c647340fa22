"""The set-up guide, from an empty database to a clinic that can be booked."""

import re
from datetime import datetime, time
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from booking.actions.notifications.record_heartbeat import record_heartbeat
from booking.demo.content import TREATMENTS
from booking.features.onboarding.queries import load_setup_progress
from booking.models import (
    AuditEntry,
    ClinicProfile,
    Option,
    Role,
    Room,
    RoomKind,
    Therapist,
    Treatment,
    User,
    WeeklyHours,
)
from booking.queries.notifications.heartbeats import WORKER_NAME
from booking.registries import navigation
from clinic.lib.dates import clock
from tests import factories as make
from tests.people import add_app, browser_of, member
from tests.scene import make_weekday_clinic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]
CLINIC = {
    "name": "Quiet Legs", "phone": "312 555 0142", "email": "hello@quiet.example", "country": "us",
    "time_zone": "America/Chicago", "currency": "usd",
}  # fmt: skip
SWEDISH = {"swedish-massage": "on", "swedish-massage-60": "85.00"}
RULES = {
    "horizon_days": "60", "notice_minutes": "120", "grid_minutes": "15",
    "cancellation_hours": "24", "max_patient_moves": "3",
}  # fmt: skip
WEEK = {"weekdays": [0, 1, 2], "starts": "09:00", "ends": "17:00"}


@pytest.fixture
def owner() -> Client:
    user = User.objects.create_superuser("root@clinic.example", "a long password here")
    add_app(user)
    return browser_of(user)


def text(response: Any) -> str:
    return str(response.content.decode())


def missing() -> list[str]:
    return [step.name for step in load_setup_progress(clock.now()).steps if not step.is_done]


def sentences() -> list[str]:
    return [
        str(need.message) for step in load_setup_progress(clock.now()).steps for need in step.needs
    ]


def test_the_guide_leads_from_an_empty_database_to_a_booking(
    owner: Client, client: Client, settings: Settings
) -> None:
    settings.EMAIL_URL = "smtp://mail.example"
    record_heartbeat(WORKER_NAME, clock.now())
    assert owner.get("/desk/").headers["Location"] == "/desk/setup/"
    assert "Welcome" in text(owner.get("/desk/setup/"))
    assert missing() == [
        "clinic", "rooms", "treatments", "therapists", "hours", "rules", "questions",
    ]  # fmt: skip

    clinic = owner.post("/desk/setup/clinic/", CLINIC)
    rooms = owner.post("/desk/setup/rooms/", {"names": "Room 1\n\n  Room  2 \nRoom 1"})
    treatments = owner.post("/desk/setup/treatments/", SWEDISH)
    therapists = owner.post("/desk/setup/therapists/", {"myself": "on", "names": "Zoë Müller"})
    hours = owner.post(
        "/desk/setup/hours/",
        WEEK | {"therapists": [therapist.pk for therapist in Therapist.objects.all()]},
    )
    rules = owner.post("/desk/setup/rules/", RULES | {"cancellation_hours": "48"})

    led_to = [
        answer.headers["Location"]
        for answer in (clinic, rooms, treatments, therapists, hours, rules)
    ]
    assert led_to == [
        "/desk/setup/rooms/", "/desk/setup/treatments/", "/desk/setup/therapists/",
        "/desk/setup/hours/", "/desk/setup/rules/", "/desk/setup/",
    ]  # fmt: skip
    assert (missing(), load_setup_progress(clock.now()).is_bookable) == (["questions"], False)
    make.ScreeningSignatureFactory()
    assert (missing(), load_setup_progress(clock.now()).is_bookable) == ([], True)
    assert "Patients can book." in text(owner.get("/desk/setup/"))
    assert 'name="start"' in text(client.get("/book/swedish-massage/"))
    assert (ClinicProfile.objects.get().country, Room.objects.count()) == ("US", 2)
    assert Option.objects.get().price == Decimal("85.00")
    assert ClinicProfile.objects.get().cancellation_hours == 48
    assert WeeklyHours.objects.count() == 6
    assert Therapist.objects.get(user__email="root@clinic.example").offers.count() == 1


def test_what_the_guide_creates_is_in_the_audit_trail(owner: Client) -> None:
    owner.post("/desk/setup/clinic/", CLINIC)
    owner.post("/desk/setup/rooms/", {"names": "Room 1"})
    owner.post("/desk/setup/treatments/", SWEDISH)
    owner.post("/desk/setup/therapists/", {"names": "Zoë Müller"})
    pk = Therapist.objects.get(name="Zoë Müller").pk
    owner.post("/desk/setup/hours/", WEEK | {"therapists": [pk]})
    found = AuditEntry.objects.filter(object_type="setting").order_by("pk")

    assert [(entry.action, entry.details["setting"]) for entry in found] == [
        ("created", f"clinic profile: {ClinicProfile.objects.get()}"),
        ("created", "room: Room 1"),
        ("created", "treatment: Swedish massage"),
        ("created", "therapist: Zoë Müller"),
        ("changed", "therapist: Zoë Müller"),
    ]


@pytest.mark.parametrize("section", [section.url_name for section in navigation.sections()])
def test_every_page_of_the_desk_works_without_a_clinic(section: str, owner: Client) -> None:
    answer = owner.get(reverse(section), follow=True)

    assert answer.status_code in (200, 404)


def test_every_link_works_before_the_set_up(owner: Client) -> None:
    page = text(owner.get("/desk/setup/"))
    links = set(re.findall(r'href="(/desk/[^"]*)"', page))

    assert links >= {"/desk/setup/", "/desk/setup/rooms/"}
    found = {link: owner.get(link, follow=True).status_code for link in links}
    assert {link: status for link, status in found.items() if status != 200} == {}


def test_the_front_desk_is_not_sent_to_the_guide() -> None:
    assert browser_of(member(Role.FRONTDESK)).get("/desk/").status_code == 200


class TestMissingSetup:
    @pytest.fixture(autouse=True)
    def _worker(self, settings: Settings, frozen_clock: datetime) -> None:
        settings.EMAIL_URL = "smtp://mail.example"
        record_heartbeat(WORKER_NAME, clock.now())

    def test_a_complete_clinic_has_nothing_missing(self) -> None:
        make_weekday_clinic()

        assert (sentences(), missing()) == ([], [])

    def test_a_missing_kind_of_room_is_listed(self) -> None:
        scene = make_weekday_clinic()
        scene.treatment.room_kind = RoomKind.objects.create(name="Wet room")
        scene.treatment.save()

        assert sentences() == [
            "Swedish massage needs a room of the kind “Wet room”, and none is in use."
        ]
        assert not load_setup_progress(clock.now()).is_bookable

    def test_treatments_without_price_or_therapist_are_listed(self) -> None:
        make_weekday_clinic()
        make.TreatmentFactory(name="Foot massage")
        make.OptionFactory(treatment__name="Hot stones")

        assert sentences() == [
            "Foot massage has no length and price that can be booked.",
            "Nobody gives Hot stones.",
        ]

    def test_therapists_without_hours_or_treatments_are_listed(self) -> None:
        scene = make_weekday_clinic()
        make.OfferFactory(therapist__name="Ada", option=scene.option)
        grace = make.TherapistFactory(name="Grace")
        make.WeeklyHoursFactory(therapist=grace)

        assert sentences() == [
            "Grace gives nothing yet.",
            "Ada has no working hours in the next weeks.",
        ]

    def test_a_closure_until_the_horizon_is_listed(self) -> None:
        scene = make_weekday_clinic(horizon_days=30)
        make.ClosureFactory(first_day=make.in_days(-1), last_day=make.in_days(60))

        assert sentences() == [f"{scene.therapist.name} has no working hours in the next weeks."]

    def test_a_missing_mail_server_and_worker_are_listed(self, settings: Settings) -> None:
        make_weekday_clinic()
        settings.EMAIL_URL = ""
        settings.CLINIC_CLOCK = make.tomorrow_at(12)

        assert [sentence[:18] for sentence in sentences()] == [
            "No mail server is ", "The message worker"
        ]  # fmt: skip
        assert load_setup_progress(clock.now()).is_bookable

    def test_a_refusing_mail_server_is_listed(self) -> None:
        make_weekday_clinic()
        make.MailServerStateFactory()

        (sentence,) = sentences()
        assert sentence.startswith("No mails are sent now. The mail server does not accept our se")
        assert load_setup_progress(clock.now()).is_bookable

    def test_each_missing_item_is_shown_with_a_link(self, owner: Client) -> None:
        make_weekday_clinic()
        make.TherapistFactory(name="Grace")

        response = owner.get("/desk/setup/")

        links = [link for step in response.context["steps"] for _need, link in step.needs]
        assert len(links) == 2
        for link in links:
            assert f'href="{link}"' in text(response)
            assert owner.get(link).status_code == 200


BAD: dict[str, list[dict[str, Any]]] = {
    "clinic": [
        {}, CLINIC | {"name": ""}, CLINIC | {"name": "x" * 100_000}, CLINIC | {"name": "A\0"},
        CLINIC | {"time_zone": "Mars/Base"}, CLINIC | {"currency": "dollars"},
        CLINIC | {"country": "U1"}, CLINIC | {"phone": "12"}, CLINIC | {"email": "nobody"},
    ],
    "rooms": [
        {}, {"names": " \n "}, {"names": "x" * 81}, {"names": "x" * 100_000}, {"names": "A\0"},
        {"names": "\n".join(str(n) for n in range(51))},
    ],
    "treatments": [
        {}, SWEDISH | {"swedish-massage-60": "-1"}, SWEDISH | {"swedish-massage-60": "NaN"},
        SWEDISH | {"swedish-massage-60": "9" * 5000}, {"swedish-massage": "on"},
        SWEDISH | {"swedish-massage-60": "1e400"},
    ],
    "therapists": [{}, {"names": "x" * 121}, {"names": "A\0"}],
    "hours": [
        {}, WEEK, WEEK | {"therapists": ["999999"]}, WEEK | {"therapists": ["\0"]},
        WEEK | {"weekdays": ["7"]}, WEEK | {"starts": "25:00"}, WEEK | {"ends": "09:00"},
    ],
    "rules": [
        {}, RULES | {"horizon_days": "0"}, RULES | {"horizon_days": "9" * 5000},
        RULES | {"grid_minutes": "1"}, RULES | {"max_patient_moves": "-1"},
        RULES | {"notice_minutes": "soon"}, RULES | {"cancellation_hours": "\0"},
    ],
}  # fmt: skip


@pytest.mark.parametrize(("step", "data"), [(step, data) for step in BAD for data in BAD[step]])
def test_invalid_input_is_refused_with_a_message(
    step: str, data: dict[str, Any], owner: Client
) -> None:
    if step != "clinic":
        make.ClinicProfileFactory()
    make.TherapistFactory()

    response = owner.post(f"/desk/setup/{step}/", data)

    assert response.status_code == 422
    assert "error-summary" in text(response)
    found = (Room, Treatment, WeeklyHours)
    assert [model._default_manager.count() for model in found] == [0, 0, 0]


def test_later_steps_redirect_to_the_first_and_unknown_ones_are_404(owner: Client) -> None:
    assert owner.get("/desk/setup/rooms/").headers["Location"] == "/desk/setup/clinic/"
    assert owner.get("/desk/setup/no-such/").status_code == 404


def test_a_double_click_is_applied_once(owner: Client) -> None:
    for _ in range(2):
        owner.post("/desk/setup/clinic/", CLINIC)
        owner.post("/desk/setup/rooms/", {"names": "Room 1"})
        owner.post("/desk/setup/treatments/", SWEDISH)

    assert (ClinicProfile.objects.count(), Room.objects.count()) == (1, 1)
    assert Treatment.objects.count() == 1


def test_existing_weekly_hours_are_not_changed(owner: Client) -> None:
    make.ClinicProfileFactory()
    has = make.WeeklyHoursFactory(starts=time(12))
    fresh = make.TherapistFactory()

    owner.post("/desk/setup/hours/", WEEK | {"therapists": [fresh.pk]})
    answer = owner.post("/desk/setup/hours/", WEEK | {"therapists": [has.therapist.pk]})

    assert answer.status_code == 422
    assert fresh.weekly_hours.count() == 3
    assert has.therapist.weekly_hours.count() == 1


def test_every_template_of_a_treatment_can_be_taken(owner: Client) -> None:
    make.ClinicProfileFactory()
    page = owner.get("/desk/setup/treatments/")
    data = {name: page.context["form"][name].value() for name in page.context["form"].fields}

    owner.post(
        "/desk/setup/treatments/", {n: "on" if v in (True, False) else v for n, v in data.items()}
    )

    pressures = dict(Treatment.objects.values_list("slug", "pressure"))
    assert pressures == {text.slug: text.pressure for text in TREATMENTS}
    assert Option.objects.count() == sum(len(text.options) for text in TREATMENTS)


def test_a_clinic_says_how_firm_a_treatment_is(owner: Client) -> None:
    make.ClinicProfileFactory()
    firm = SWEDISH | {"swedish-massage-pressure": "firm"}

    unknown = owner.post("/desk/setup/treatments/", firm | {"swedish-massage-pressure": "hard"})
    assert unknown.status_code == 422
    owner.post("/desk/setup/treatments/", firm)
    treatment = Treatment.objects.get()
    assert treatment.pressure == "firm"

    page = owner.get(f"/admin/booking/treatment/{treatment.pk}/change/").content.decode()
    assert 'name="pressure"' in page
    assert "Patients for whom gentle pressure is safer cannot book firm treatments." in page


def test_the_query_count_does_not_depend_on_the_number_of_rows(
    owner: Client, frozen_clock: datetime
) -> None:
    scene = make_weekday_clinic()

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert owner.get("/desk/setup/").status_code == 200
        return len(found)

    one = queries()
    for _ in range(3):
        make.OfferFactory(option=make.OptionFactory())
        make.OfferFactory(option=scene.option)
        make.RoomFactory()

    assert queries() == one
