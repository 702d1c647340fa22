"""Another time zone with appointments on file: the moments stay, or the clock readings."""

from datetime import UTC, timedelta
from typing import Any

import pytest
from django.test import Client

from booking.actions.schedule.change_time_zone import change_time_zone
from booking.errors import TimeZoneConflict
from booking.lifecycle import Override, Status
from booking.models import Appointment, AuditEntry, ClinicProfile, Notification
from tests.booking.schedule.pages import read
from tests.booking.schedule.schedule_changes import (
    STAFF,
    TODAY,
    Scene,
    at,
    booked,
    faults,
    notified_kinds,
)
from tests.factories import TimeOffFactory
from tests.scene import events

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]
HOUR = timedelta(hours=1)
NEW_YORK, DENVER = "America/New_York", "America/Denver"
PAGE, OFFICE = "/desk/time-zone/", "/admin/booking/clinicprofile/1/change/"


def zone() -> str:
    return ClinicProfile.objects.get().time_zone


def office_data(owner: Client) -> dict[str, Any]:
    """Return what a browser sends for the form of the back office unchanged."""
    return {
        field.html_name: field.value()
        for field in owner.get(OFFICE).context["adminform"].form
        if field.value() is not None and field.value() is not False
    }


@pytest.mark.parametrize(("key", "shift"), [(NEW_YORK, -HOUR), (DENVER, HOUR)])
def test_kept_clock_readings_move_appointments_and_time_off(
    scene: Scene, key: str, shift: timedelta
) -> None:
    rows = [booked(scene, at(9) + timedelta(minutes=75 * number)) for number in range(4)]
    starts = [row.starts_at for row in rows]
    off = TimeOffFactory(therapist=scene.therapist, starts_at=at(15), ends_at=at(16))
    assert change_time_zone(key, keep_clock=True, by=STAFF) == 4

    for row in (*rows, off):
        row.refresh_from_db()
    assert [row.starts_at for row in rows] == [start + shift for start in starts]
    assert (off.starts_at, off.ends_at) == (at(15) + shift, at(16) + shift)
    assert events(rows[0]) == ["booked", "moved"]
    assert notified_kinds() == []  # by the clock nothing has changed
    assert (zone(), faults()) == (key, [])
    assert AuditEntry.objects.filter(object_type="setting").get().details["fields"] == ["time zone"]


def test_kept_moments_are_told_to_patients_and_marked_outside_hours(scene: Scene) -> None:
    inside, outside = booked(scene, at(10)), booked(scene, at(16))
    held = scene.hold(at(12), scene.therapist)
    assert change_time_zone(NEW_YORK, keep_clock=False, by=STAFF) == 2

    for row in (inside, outside, held):
        row.refresh_from_db()
    assert (inside.starts_at, outside.starts_at) == (at(10), at(16))
    assert (inside.override, outside.override) == ("", Override.HOURS_CHANGED)
    assert held.status == Status.CANCELLED
    assert notified_kinds() == ["moved", "moved"]
    told = Notification.objects.get(kind="moved", appointment=inside)
    assert (
        at(9).astimezone(UTC).isoformat() in told.data
    )  # 10 am by the old clock, read by the new one
    assert faults() == []


def test_an_appointment_that_would_lie_in_the_past_stops_the_change(scene: Scene) -> None:
    row = booked(scene, at(12, 30, day=TODAY))
    later = booked(scene, at(15))
    with pytest.raises(TimeZoneConflict):
        change_time_zone("Asia/Tokyo", keep_clock=True, by=STAFF)

    assert zone() == "America/Chicago"
    assert set(Appointment.objects.values_list("starts_at", flat=True)) == {
        row.starts_at,
        later.starts_at,
    }


def test_the_page_counts_and_asks_before_it_saves(owner: Client, scene: Scene) -> None:
    booked(scene, at(10))
    said = read(owner.get(PAGE, {"time_zone": DENVER}))
    assert "1 booked appointment reads another time" in said
    unanswered = owner.post(PAGE, {"time_zone": DENVER})
    assert (unanswered.status_code, zone()) == (422, "America/Chicago")
    assert "Please choose what stays the same." in read(unanswered)

    assert owner.post(PAGE, {"time_zone": DENVER, "keep": "clock"}).status_code == 303
    assert zone() == DENVER
    assert Appointment.objects.get().starts_at == at(11)


def test_a_zone_that_does_not_exist_is_refused(owner: Client, scene: Scene) -> None:
    assert owner.get(PAGE, {"time_zone": "Mars/Base"}).status_code in (200, 422)
    assert owner.post(PAGE, {"time_zone": "Mars/Base", "keep": "clock"}).status_code == 422


def test_the_back_office_refuses_another_zone_while_appointments_are_booked(
    owner: Client, scene: Scene
) -> None:
    booked(scene, at(10))
    data = office_data(owner)
    answer = owner.post(OFFICE, data | {"time_zone": DENVER})
    assert "would read another time on the clock" in answer.content.decode()
    assert f'href="{PAGE}"' in answer.content.decode()
    assert zone() == "America/Chicago"

    Appointment.objects.update(status=Status.CANCELLED)
    assert owner.post(OFFICE, data | {"time_zone": DENVER}).status_code == 302
    assert zone() == DENVER


def test_who_books_while_the_back_office_saves_keeps_the_time_zone(
    owner: Client, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    booked(scene, at(9))
    monkeypatch.setattr(
        "booking.forms.admin.clinic_profile.ClinicProfileForm.clean_time_zone",
        lambda form: form.cleaned_data["time_zone"],
    )
    data = office_data(owner)
    answer = owner.post(OFFICE, data | {"time_zone": DENVER, "tagline": "Rest"}, follow=True)

    assert "would read another time on the clock" in answer.content.decode()
    clinic = ClinicProfile.objects.get()
    assert (clinic.time_zone, clinic.tagline) == ("America/Chicago", "Rest")
