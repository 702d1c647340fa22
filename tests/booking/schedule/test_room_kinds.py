"""Another kind of room, of a room or for a treatment, settles what is booked in unsuitable ones."""

from typing import Any

import pytest
from django.test import Client

from booking.actions.schedule.change_schedule import change_schedule
from booking.errors import UnresolvedConflicts
from booking.inputs import ResourceChange, RoomKindChange, TreatmentRoomKindChange
from booking.lifecycle import Override, Status
from booking.models import Appointment, AuditEntry, Room, RoomKind, Treatment
from tests.booking.schedule.pages import choices, choose, read
from tests.booking.schedule.schedule_changes import (
    STAFF,
    WEDNESDAY,
    Scene,
    at,
    booked,
    cancel,
    faults,
    keep,
    move,
    notified_kinds,
)
from tests.booking.schedule.test_switch_off import office_data
from tests.factories import RoomKindFactory
from tests.scene import events, fresh

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]


@pytest.fixture
def quiet() -> RoomKind:
    """A kind of room that no treatment needs."""
    return RoomKindFactory(name="Quiet room")


def build_change(name: str, scene: Scene, quiet: RoomKind) -> ResourceChange:
    """Return the first room as a quiet one, or the treatment as needing a quiet one."""
    if name == "room":
        return RoomKindChange(scene.rooms[0].pk, quiet.pk)
    Room.objects.filter(pk=scene.rooms[1].pk).update(kind=quiet)
    return TreatmentRoomKindChange(scene.treatment.pk, quiet.pk)


@pytest.mark.parametrize("name", ["room", "treatment"])
def test_each_appointment_in_an_unsuitable_room_is_settled(
    scene: Scene, three: list[Appointment], quiet: RoomKind, name: str
) -> None:
    held = scene.hold(at(10, day=WEDNESDAY), scene.therapist)
    change, rosa = build_change(name, scene, quiet), scene.therapist
    moved, kept, called_off = three
    with pytest.raises(UnresolvedConflicts) as refused:
        change_schedule(change, resolutions={}, by=STAFF)
    assert refused.value.problems.keys() == {row.pk for row in three}
    chosen = {
        moved.pk: move(moved, moved.starts_at, rosa),
        kept.pk: keep(kept),
        called_off.pk: cancel(called_off),
    }
    for _twice in range(2):
        change_schedule(change, resolutions=chosen, by=STAFF)

    assert (fresh(moved).room, fresh(moved).therapist) == (scene.rooms[1], rosa)
    assert (fresh(kept).room, fresh(kept).override) == (scene.rooms[0], Override.SWITCHED_OFF)
    assert fresh(held).status == Status.CANCELLED
    assert notified_kinds() == ["cancelled"]  # another room changes nothing for the patient
    assert events(moved) == ["booked", "moved"]
    assert faults() == []
    kinds = {"room": "RoomKind", "treatment": "TreatmentRoomKind"}
    entry = AuditEntry.objects.filter(object_type="schedule").latest("pk")
    assert entry.details["kind"] == kinds[name]


def test_any_room_suits_a_treatment_that_needs_no_kind(
    scene: Scene, three: list[Appointment], quiet: RoomKind
) -> None:
    change_schedule(TreatmentRoomKindChange(scene.treatment.pk, None), resolutions={}, by=STAFF)
    change_schedule(RoomKindChange(scene.rooms[0].pk, quiet.pk), resolutions={}, by=STAFF)

    assert {row.room.kind for row in map(fresh, three)} == {quiet}
    assert faults() == []


def test_an_unsuitable_room_is_a_fault_until_staff_have_settled_it(
    scene: Scene, quiet: RoomKind
) -> None:
    row = booked(scene, at(9))
    Room.objects.filter(pk=row.room_id).update(kind=quiet)

    assert faults() == [
        f"Appointment {row.pk} (2026-11-24 15:00 UTC) needs another kind of room than {row.room}."
    ]


def test_the_page_of_a_room_offers_the_same_time_in_another(
    owner: Client, scene: Scene, three: list[Appointment], quiet: RoomKind
) -> None:
    address = f"/desk/rooms/{scene.rooms[0].pk}/kind/"
    assert "What kind of room is" in read(owner.get(address))
    preview = owner.post(address, {"kind": quiet.pk})
    said = read(preview)
    assert "3 appointments are booked" in said
    assert "Same time with Rosa, in another room" in said
    chosen = {f"a{row.pk}": choices(preview, row)[0] for row in three}
    done = choose(owner, address, preview, step="settle", **chosen)

    assert done.status_code == 303
    assert Room.objects.get(pk=scene.rooms[0].pk).kind == quiet
    assert {row.room for row in map(fresh, three)} == {scene.rooms[1]}


def test_the_page_of_a_treatment_leads_to_the_preview_and_back(
    owner: Client, scene: Scene, three: list[Appointment], quiet: RoomKind
) -> None:
    address = f"/desk/treatments/{scene.treatment.slug}/room-kind/"
    preview = owner.post(address, {"kind": quiet.pk})
    assert "3 appointments are booked" in read(preview)
    assert all(choices(preview, row) == ["keep", "cancel"] for row in three)  # no quiet room yet
    assert "Which kind of room" in read(choose(owner, address, preview, step="edit"))
    done = choose(owner, address, preview, step="settle", **{f"a{row.pk}": "keep" for row in three})

    assert done.status_code == 303
    assert Treatment.objects.get().room_kind == quiet
    assert owner.post(address, {"kind": ""}).status_code == 303
    assert Treatment.objects.get().room_kind is None
    assert owner.post(address, {"kind": "9999"}).status_code == 422


@pytest.mark.parametrize("name", ["room", "treatment"])
def test_the_back_office_refuses_another_kind_while_that_concerns_appointments(
    owner: Client, scene: Scene, three: list[Appointment], quiet: RoomKind, name: str
) -> None:
    row: Any = {"room": scene.rooms[0], "treatment": scene.treatment}[name]
    field = {"room": "kind", "treatment": "room_kind"}[name]
    address = f"/admin/booking/{name}/{row.pk}/change/"
    data = office_data(owner, address) | {"is_active": "on", field: quiet.pk}
    refused = owner.post(address, data)
    assert "3 appointments are booked." in refused.content.decode()
    assert "/kind/" in refused.content.decode() or "/room-kind/" in refused.content.decode()
    assert getattr(type(row).objects.get(pk=row.pk), field) == scene.kind

    Appointment.objects.update(status=Status.CANCELLED)
    assert owner.post(address, data).status_code == 302
    assert getattr(type(row).objects.get(pk=row.pk), field) == quiet
