"""Switching a therapist or a room off settles what is booked there, from each way in."""

from typing import Any

import pytest
from django.test import Client

from booking.actions.schedule.change_schedule import change_schedule
from booking.actions.staff.accounts import deactivate_staff, set_staff_roles
from booking.errors import OwnerRequired, UnresolvedConflicts
from booking.inputs import RoomSwitchOff, TherapistSwitchOff
from booking.lifecycle import Override, Status
from booking.models import Appointment, AuditEntry, Room, Therapist
from booking.models.staff import Role
from tests.booking.schedule.pages import choices, choose, read
from tests.booking.schedule.schedule_changes import (
    STAFF,
    WEDNESDAY,
    Scene,
    at,
    away,
    booked,
    cancel,
    faults,
    keep,
    member,
    move,
    notified_kinds,
)
from tests.people import browser_of
from tests.scene import events

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]
OFF = "/desk/schedule/rosa/off/"


def switch_off_room(room: Room) -> str:
    return f"/desk/rooms/{room.pk}/off/"


def test_a_therapist_is_switched_off_and_each_appointment_settled(
    scene: Scene, three: list[Appointment]
) -> None:
    rosa, tom = scene.therapists
    held = scene.hold(at(10, day=WEDNESDAY), rosa)
    kept, moved, called_off = three
    chosen = {
        kept.pk: keep(kept),
        moved.pk: move(moved, at(11), tom),
        called_off.pk: cancel(called_off),
    }
    for _twice in range(2):
        change_schedule(TherapistSwitchOff(rosa.pk), resolutions=chosen, by=STAFF)

    for row in (*three, rosa, held):
        row.refresh_from_db()
    assert not rosa.is_active
    assert (kept.status, kept.override) == (Status.BOOKED, Override.SWITCHED_OFF)
    assert (moved.therapist, moved.starts_at) == (tom, at(11))
    assert (called_off.status, held.status) == (Status.CANCELLED, Status.CANCELLED)
    assert [events(row) for row in three[:2]] == [["booked", "kept"], ["booked", "moved"]]
    assert notified_kinds() == ["cancelled", "moved"]
    assert faults() == []
    entry = AuditEntry.objects.filter(object_type="schedule").latest("pk")
    assert entry.details == {"kind": "TherapistSwitchOff", "therapist": "Rosa"}


def test_without_a_choice_for_each_appointment_nothing_is_switched_off(
    scene: Scene, three: list[Appointment]
) -> None:
    chosen = {row.pk: keep(row) for row in three[:2]}
    for change in (TherapistSwitchOff(scene.therapist.pk), RoomSwitchOff(scene.rooms[0].pk)):
        with pytest.raises(UnresolvedConflicts) as refused:
            change_schedule(change, resolutions=chosen, by=STAFF)
        assert list(refused.value.problems) == [three[2].pk]

    assert Therapist.objects.filter(is_active=True).count() == 2
    assert Room.objects.filter(is_active=True).count() == 2


def test_a_room_is_closed_and_its_appointments_keep_their_time_in_another(
    scene: Scene, three: list[Appointment]
) -> None:
    rosa, first = scene.therapists[0], scene.rooms[0]
    chosen = {row.pk: move(row, row.starts_at, rosa) for row in three}
    change_schedule(RoomSwitchOff(first.pk), resolutions=chosen, by=STAFF)

    for row in three:
        row.refresh_from_db()
    assert [(row.room, row.therapist) for row in three] == [(scene.rooms[1], rosa)] * 3
    assert [row.starts_at for row in three] == [at(hour) for hour in (9, 11, 14)]
    assert notified_kinds() == []  # for the patient nothing has changed
    assert faults() == []


def test_later_time_off_keeps_the_mark_of_what_was_kept(
    scene: Scene, three: list[Appointment]
) -> None:
    rosa = scene.therapists[0]
    chosen = {row.pk: keep(row) for row in three}
    change_schedule(TherapistSwitchOff(rosa.pk), resolutions=chosen, by=STAFF)
    change_schedule(away(rosa), resolutions=chosen, by=STAFF)

    assert set(Appointment.objects.values_list("override", flat=True)) == {Override.SWITCHED_OFF}
    assert faults() == []


def test_the_page_of_a_therapist_leads_to_the_preview(
    owner: Client, scene: Scene, three: list[Appointment]
) -> None:
    assert "3 appointments are booked" in read(owner.get(OFF))
    preview = owner.post(OFF)
    said = read(preview)
    assert "Rosa will take no more appointments" in said
    assert "Keep it as it is" in said
    chosen = {f"a{row.pk}": "keep" for row in three}
    done = choose(owner, OFF, preview, step="settle", **chosen)

    assert (done.status_code, done["Location"]) == (303, "/desk/schedule/rosa/")
    assert not Therapist.objects.get(slug="rosa").is_active


def test_the_page_of_a_room_offers_the_same_time_in_another(
    owner: Client, scene: Scene, three: list[Appointment]
) -> None:
    address = switch_off_room(scene.rooms[0])
    preview = owner.post(address)

    assert "Same time with Rosa, in another room" in read(preview)
    assert [choices(preview, row)[0].split()[:2] for row in three] == [["move", "rosa"]] * 3
    settled = owner.post(address, {"step": "all move"})
    done = choose(owner, address, settled, step="settle", **first_choices(settled, three))
    assert done.status_code == 303
    assert set(Appointment.objects.values_list("room", flat=True)) == {scene.rooms[1].pk}


def first_choices(response: Any, rows: list[Appointment]) -> dict[str, str]:
    return {f"a{row.pk}": choices(response, row)[0] for row in rows}


def test_without_appointments_a_switch_needs_no_preview(owner: Client, scene: Scene) -> None:
    assert "No appointment is booked." in read(owner.get(OFF))
    assert owner.post(OFF).status_code == 303
    assert owner.post(switch_off_room(scene.rooms[0])).status_code == 303
    assert not Therapist.objects.get(slug="rosa").is_active
    assert not Room.objects.get(pk=scene.rooms[0].pk).is_active


def office_data(owner: Client, address: str) -> dict[str, Any]:
    """Return what a browser sends for the form of the back office with the switch unticked."""
    context = owner.get(address).context
    forms = [context["adminform"].form]
    for formset in context["inline_admin_formsets"]:
        forms += [formset.formset.management_form, *formset.formset.forms]
    data = {
        field.html_name: field.value()
        for form in forms
        for field in form
        if field.value() is not None and field.value() is not False
    }
    data.pop("is_active")
    return data


@pytest.mark.parametrize("kind", ["therapist", "room"])
def test_the_box_of_the_back_office_is_refused_while_appointments_are_booked(
    owner: Client, scene: Scene, three: list[Appointment], kind: str
) -> None:
    row = {"therapist": scene.therapist, "room": scene.rooms[0]}[kind]
    link = OFF if kind == "therapist" else switch_off_room(scene.rooms[0])
    address = f"/admin/booking/{kind}/{row.pk}/change/"
    answer = owner.post(address, office_data(owner, address))
    said = answer.content.decode()

    assert answer.status_code == 200
    assert "3 appointments are booked." in said
    assert f'href="{link}"' in said
    assert type(row)._default_manager.get(pk=row.pk).is_active


@pytest.mark.parametrize("kind", ["therapist", "room"])
def test_the_box_of_the_back_office_switches_off_what_is_free(
    owner: Client, scene: Scene, kind: str
) -> None:
    row = {"therapist": scene.therapist, "room": scene.rooms[0]}[kind]
    scene.hold(at(10, day=WEDNESDAY), scene.therapist)
    address = f"/admin/booking/{kind}/{row.pk}/change/"

    answer = owner.post(address, office_data(owner, address))
    assert answer.status_code == 302
    assert not type(row)._default_manager.get(pk=row.pk).is_active
    assert Appointment.objects.get().status == Status.CANCELLED  # the hold is released


def test_who_books_while_the_back_office_saves_keeps_the_box_ticked(
    owner: Client, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    booked(scene, at(9))
    monkeypatch.setattr(
        "booking.forms.admin.switch_off.PreviewedFieldsForm.clean", lambda form: form.cleaned_data
    )
    address = f"/admin/booking/therapist/{scene.therapist.pk}/change/"
    answer = owner.post(address, office_data(owner, address), follow=True)

    assert "nothing has been saved yet" in answer.content.decode()
    assert Therapist.objects.get(pk=scene.therapist.pk).is_active


def test_ended_access_stops_bookings_at_once_and_leads_to_the_preview(
    owner: Client, scene: Scene, three: list[Appointment]
) -> None:
    user = member(Role.THERAPIST, therapist=scene.therapist)
    held = scene.hold(at(10, day=WEDNESDAY), scene.therapist)
    answer = browser_of(member(Role.OWNER)).post(f"/desk/staff/{user.pk}/deactivate/")
    held.refresh_from_db()

    assert (answer.status_code, answer["Location"]) == (303, OFF)
    assert not Therapist.objects.get(slug="rosa").is_active
    assert held.status == Status.CANCELLED
    assert len(faults()) == 3  # until staff have settled them
    assert "3 appointments are booked" in read(owner.get(OFF))


def test_ended_access_of_a_therapist_without_appointments_needs_no_preview(scene: Scene) -> None:
    user = member(Role.THERAPIST, therapist=scene.therapist)
    answer = browser_of(member(Role.OWNER)).post(f"/desk/staff/{user.pk}/deactivate/")

    assert answer["Location"] == "/desk/staff/"
    assert not Therapist.objects.get(slug="rosa").is_active


def test_taking_only_the_role_of_a_therapist_leads_to_the_preview_too(
    owner: Client, scene: Scene, three: list[Appointment]
) -> None:
    user = member(Role.THERAPIST, Role.FRONTDESK, therapist=scene.therapist)
    held = scene.hold(at(10, day=WEDNESDAY), scene.therapist)
    answer = browser_of(member(Role.OWNER)).post(f"/desk/staff/{user.pk}/", {"roles": "frontdesk"})
    held.refresh_from_db()

    assert (answer.status_code, answer["Location"]) == (303, OFF)
    assert not Therapist.objects.get(slug="rosa").is_active
    assert held.status == Status.CANCELLED
    assert len(faults()) == 3  # until staff have settled them
    assert "3 appointments are booked" in read(owner.get(OFF))


def test_other_roles_and_a_refused_change_leave_a_therapist_bookable(scene: Scene) -> None:
    user = member(Role.THERAPIST, therapist=scene.therapist)
    answer = browser_of(member(Role.OWNER)).post(
        f"/desk/staff/{user.pk}/", {"roles": ["frontdesk", "therapist"]}
    )
    assert answer["Location"] == "/desk/staff/"
    with pytest.raises(OwnerRequired):
        set_staff_roles(user, [Role.FRONTDESK], by=user)

    assert Therapist.objects.get(slug="rosa").is_active


def test_a_refused_deactivation_leaves_the_therapist_bookable(scene: Scene) -> None:
    user = member(Role.THERAPIST, therapist=scene.therapist)
    with pytest.raises(Exception, match="owner"):
        deactivate_staff(user, by=member(Role.FRONTDESK))

    assert Therapist.objects.get(slug="rosa").is_active


def test_two_patients_given_the_same_new_time_are_named_both(
    scene: Scene, three: list[Appointment]
) -> None:
    tom = scene.therapists[1]
    first, second, third = three
    chosen = {
        first.pk: move(first, at(11), tom),
        second.pk: move(second, at(11), tom),
        third.pk: cancel(third),
    }
    with pytest.raises(UnresolvedConflicts) as refused:
        change_schedule(away(scene.therapist), resolutions=chosen, by=STAFF)

    assert refused.value.problems == {
        first.pk: "You have given Ana Reader and Ben Sleeper the same time with Tom. Please choose "
        "another time for one of them.",
        second.pk: "You have given Ben Sleeper and Ana Reader the same time with Tom. Please "
        "choose another time for one of them.",
    }


def test_two_patients_given_the_last_room_are_named_both(
    scene: Scene, three: list[Appointment]
) -> None:
    rosa, tom = scene.therapists
    first, second, third = three
    Room.objects.filter(pk=scene.rooms[1].pk).update(is_active=False)
    chosen = {
        first.pk: move(first, at(12, day=WEDNESDAY), rosa),
        second.pk: move(second, at(12, day=WEDNESDAY), tom),
        third.pk: cancel(third),
    }
    with pytest.raises(UnresolvedConflicts) as refused:
        change_schedule(away(rosa), resolutions=chosen, by=STAFF)

    assert refused.value.problems.keys() == {first.pk, second.pk}
    assert "only one room is left" in refused.value.problems[first.pk]
