"""Panels of features are shown on the pages of the desk that they are registered for."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from booking.models import Appointment, ClinicProfile
from booking.registries import panels
from booking.registries.panels import Page, Panel
from clinic.lib.dates import clock
from tests.booking.desk.staffed_desk import Desk, page, patient_of
from tests.html import assert_valid

Register = Callable[[Page, str], list[Any]]


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Register:
    """Register a panel for the time of the test; return the subjects that it was shown for."""
    monkeypatch.setattr(panels, "_panels", {page: [] for page in Page})

    def add(page: Page, text: str) -> list[Any]:
        subjects: list[Any] = []

        def values(request: HttpRequest, subject: Any) -> Mapping[str, Any] | None:
            subjects.append(subject)
            return {"text": f"{text}, {request.user}"} if text else None

        panels.register(page, Panel("components/notice.html", values))
        return subjects

    return add


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert_valid(text)
    return text


def record_of(appointment: Appointment) -> str:
    return reverse("desk-patient", args=[patient_of(appointment).public_id])


def test_a_record_shows_its_panels_in_order(
    register: Register, front: Client, tomorrow: Appointment
) -> None:
    subjects = register(Page.PATIENT, "Notes & <plans>")
    register(Page.PATIENT, "Vouchers")
    text = text_of(front, record_of(tomorrow))

    assert subjects == [tomorrow.patient]
    assert 0 < text.index("Notes &amp; &lt;plans&gt;, Front") < text.index("Vouchers, Front")


def test_an_appointment_shows_its_panels(
    register: Register, front: Client, tomorrow: Appointment
) -> None:
    subjects = register(Page.APPOINTMENT, "Notes")
    text = text_of(front, page("desk-appointment", tomorrow))

    assert subjects == [tomorrow]
    assert "Notes, Front" in text


def test_today_shows_its_panels_for_visible_appointments_only(
    register: Register, front: Client, desk: Desk
) -> None:
    first, second = (desk.booked(clock.now().replace(hour=hour)) for hour in (17, 20))
    subjects = register(Page.TODAY, "To do")
    text = text_of(front, "/desk/")

    assert [sorted(row.pk for row in rows) for rows in subjects] == [[first.pk, second.pk]]
    assert "To do, Front" in text


def test_today_shows_its_panels_before_a_clinic_is_set_up(
    register: Register, front: Client
) -> None:
    ClinicProfile.objects.all().delete()
    subjects = register(Page.TODAY, "To do")

    assert "To do, Front" in text_of(front, "/desk/")
    assert subjects == [[]]


def test_a_panel_without_values_is_not_shown(
    register: Register, front: Client, tomorrow: Appointment
) -> None:
    before = text_of(front, record_of(tomorrow))
    register(Page.PATIENT, "")
    register(Page.TODAY, "Elsewhere")

    assert text_of(front, record_of(tomorrow)).count("notice") == before.count("notice")
