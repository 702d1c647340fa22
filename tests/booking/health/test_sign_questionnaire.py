"""Signing the questionnaire in the back office, and the command who_saw."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import Settings

from booking.actions.actor import Actor, ActorType
from booking.actions.health.read_health import read_brief
from booking.actions.health.sign_questionnaire import sign_questionnaire
from booking.errors import CannotSign
from booking.models import Patient, Role, ScreeningSignature
from booking.queries.health.status import get_active_questionnaire
from booking.screening.questionnaires import newest_questionnaire
from tests.factories import (
    AppointmentFactory,
    AuditEntryFactory,
    ClinicProfileFactory,
    ScreeningFactory,
    StaffRoleFactory,
    UserFactory,
)
from tests.html import assert_valid
from tests.people import browser_of, member

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]

CODE = newest_questionnaire().code
ADD = "/admin/booking/screeningsignature/add/"
SIGNED = {
    "version": CODE, "clinician": "Dr. Ada Example", "registration": "IL-12345",
    "signed_on": "2026-11-20", "confirm": "on",
}  # fmt: skip


def sign(**changes: Any) -> ScreeningSignature:
    values: dict[str, Any] = {
        "version": CODE, "by": UserFactory(), "name": "Dr. Ada Example", "registration": "IL-1",
        "signed_on": date(2026, 11, 20),
    }  # fmt: skip
    return sign_questionnaire(**(values | changes))


def test_the_signed_version_is_active_and_shows_the_name() -> None:
    assert get_active_questionnaire() is None
    sign()
    live = get_active_questionnaire()

    assert live is not None
    assert live.signature is not None
    assert (live.questionnaire.code, live.signature.clinician) == (CODE, "Dr. Ada Example")
    assert not live.is_sample


def test_outside_production_it_is_a_sample_until_it_is_signed(settings: Settings) -> None:
    settings.PRODUCTION = False
    sample = get_active_questionnaire()
    sign()
    signed = get_active_questionnaire()

    assert sample is not None
    assert signed is not None
    assert (sample.is_sample, signed.is_sample) == (True, False)


@pytest.mark.parametrize(
    "missing",
    [{"version": "1999-01"}, {"name": " "}, {"registration": ""}, {"signed_on": date(2026, 12, 1)}],
    ids=str,
)
def test_a_signature_needs_version_name_registration_and_a_day(missing: dict[str, Any]) -> None:
    with pytest.raises(CannotSign):
        sign(**missing)
    assert get_active_questionnaire() is None


MONDAY_EVENING = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""Monday 23 November, 20:00 in Chicago; Tuesday by UTC."""


def test_a_signature_of_tomorrow_by_the_clinics_calendar_is_refused(settings: Settings) -> None:
    ClinicProfileFactory(signature=False)
    settings.CLINIC_CLOCK = MONDAY_EVENING
    with pytest.raises(CannotSign):
        sign(signed_on=date(2026, 11, 24))
    assert sign(signed_on=date(2026, 11, 23)).signed_on == date(2026, 11, 23)


def test_the_back_office_uses_the_clinics_date(settings: Settings) -> None:
    ClinicProfileFactory(signature=False, time_zone="Pacific/Auckland")
    settings.CLINIC_CLOCK = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)  # Tuesday, 07:00 there
    owner = browser_of(member(Role.OWNER))
    answers = [
        owner.post(ADD, SIGNED | {"signed_on": day}).status_code
        for day in ("2026-11-25", "2026-11-24")
    ]
    assert answers == [200, 302]


def test_a_signature_is_never_changed() -> None:
    row = sign()
    row.clinician = "Somebody Else"

    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_the_owner_records_the_signature_on_a_page_with_the_questions() -> None:
    ClinicProfileFactory(signature=False)
    owner = browser_of(member(Role.OWNER))
    page = owner.get(ADD)
    answer = owner.post(ADD, SIGNED)

    assert "One leg is swollen" in page.content.decode()
    assert answer.status_code == 302
    assert ScreeningSignature.objects.get().recorded_by is not None
    assert "Dr. Ada Example" in owner.get("/admin/booking/screeningsignature/").content.decode()


@pytest.mark.parametrize(
    "bad",
    [{"signed_on": "2027-01-01"}, {"signed_on": "soon"}, {"clinician": ""}, {"version": "x"},
     {"confirm": ""}, {"clinician": "a\x00b"}, {"registration": "9" * 100_000}],
    ids=str,
)  # fmt: skip
def test_an_invalid_signature_is_explained(bad: dict[str, str]) -> None:
    ClinicProfileFactory(signature=False)
    answer = browser_of(member(Role.OWNER)).post(ADD, SIGNED | bad)

    assert answer.status_code == 200
    assert "errornote" in answer.content.decode()
    assert not ScreeningSignature.objects.exists()


def test_without_a_signature_online_booking_says_why_and_whom_to_call(client: Client) -> None:
    ClinicProfileFactory(signature=False)
    appointment = AppointmentFactory(option__treatment__slug="swedish")
    appointment.therapist.offers.create(option=appointment.option)
    for answer in (client.get("/book/swedish/"), client.post("/book/swedish/", {"start": "x"})):
        page = answer.content.decode()
        assert answer.status_code == 503
        assert "a clinician must first approve" in page
        assert "312-555-0100" in page
    assert_valid(page)


def who_saw(email: str, first: str = "2026-11-23", last: str = "2026-11-23") -> list[str]:
    out = StringIO()
    call_command("who_saw", email, "--from", first, "--to", last, stdout=out)
    return out.getvalue().splitlines()


def test_who_saw_lists_each_read_with_time_actor_object_and_address(
    settings: Settings,
) -> None:
    ClinicProfileFactory()
    row = ScreeningFactory(appointment__patient__email="Ada@Mail.example")
    desk = StaffRoleFactory(role=Role.FRONTDESK).user
    read_brief(row.appointment, by=Actor(ActorType.STAFF, desk, "192.0.2.7"))
    settings.CLINIC_CLOCK += timedelta(days=1)
    read_brief(row.appointment, by=Actor(ActorType.STAFF, desk, "192.0.2.8"))
    AuditEntryFactory()

    assert who_saw("ada@mail.example") == [
        f"2026-11-23T12:00:00-06:00  {desk.email}  read the outcome  {row.public_id}  192.0.2.7",
        "1 line.",
    ]
    assert len(who_saw("ada@mail.example", last="2026-11-24")) == 3
    assert who_saw("nobody@mail.example") == ["0 lines."]


def test_who_saw_lists_reads_of_deleted_answers(settings: Settings) -> None:
    ClinicProfileFactory()
    row = ScreeningFactory(appointment__patient__email="ada@mail.example")
    read_brief(row.appointment, by=Actor(ActorType.STAFF, StaffRoleFactory(role=Role.OWNER).user))
    Patient.objects.update(email="other@mail.example")
    row.delete()
    settings.LINK_KEYS = ["a newer key, long enough to be one of them", *settings.LINK_KEYS]

    assert who_saw("ada@mail.example")[-1] == "1 line."


@pytest.mark.parametrize(
    ("first", "last"),
    [("2026-11-24", "2026-11-23"), ("yesterday", "2026-11-23"), ("0001-01-01", "9999-12-31")],
)
def test_who_saw_needs_two_days_in_order(first: str, last: str) -> None:
    ClinicProfileFactory()
    with pytest.raises(CommandError):
        who_saw("ada@mail.example", first, last)
