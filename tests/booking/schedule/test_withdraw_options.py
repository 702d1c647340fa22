"""Withdrawing a treatment, a length of it, or what a therapist gives, settles what is booked."""

from typing import Any

import pytest
from django.test import Client

from booking.actions.appointments.ask_patient import withdraw_proposal
from booking.actions.schedule.change_schedule import change_schedule
from booking.errors import UnresolvedConflicts
from booking.inputs import OptionsWithdrawal
from booking.lifecycle import Override, Status
from booking.models import Appointment, AuditEntry, Offer, Option, Treatment
from booking.queries.availability.proposals import find_proposals
from clinic.lib.dates import clock
from tests.booking.schedule.pages import choose, read
from tests.booking.schedule.schedule_changes import (
    STAFF,
    WEDNESDAY,
    Scene,
    ask,
    at,
    booked,
    cancel,
    faults,
    keep,
    move,
    notified_kinds,
)
from tests.booking.schedule.test_switch_off import office_data
from tests.factories import OfferFactory, OptionFactory
from tests.scene import events, fresh

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]
KINDS = pytest.mark.parametrize("kind", ["treatment", "option", "therapist"])
OPTIONS = "/desk/schedule/rosa/options/"


def build_change(kind: str, scene: Scene) -> OptionsWithdrawal:
    """Return that the treatment or its length is withdrawn, or that Rosa does not give it."""
    return OptionsWithdrawal(
        (scene.option.pk,),
        therapist=scene.therapist.pk if kind == "therapist" else None,
        treatment=scene.treatment.pk if kind == "treatment" else None,
    )


def is_withdrawn(kind: str, scene: Scene) -> bool:
    if kind == "treatment":
        return not Treatment.objects.get(pk=scene.treatment.pk).is_active
    if kind == "option":
        return not Option.objects.get(pk=scene.option.pk).is_active
    return not Offer.objects.filter(therapist=scene.therapist, option=scene.option).exists()


@KINDS
def test_each_booked_appointment_is_settled_and_holds_are_released(
    scene: Scene, three: list[Appointment], kind: str
) -> None:
    held = scene.hold(at(10, day=WEDNESDAY), scene.therapist)
    change = build_change(kind, scene)
    with pytest.raises(UnresolvedConflicts) as refused:
        change_schedule(change, resolutions={}, by=STAFF)
    assert refused.value.problems.keys() == {row.pk for row in three}
    assert not is_withdrawn(kind, scene)
    kept, called_off, second = three
    chosen = {kept.pk: keep(kept), called_off.pk: cancel(called_off), second.pk: keep(second)}
    for _twice in range(2):
        change_schedule(change, resolutions=chosen, by=STAFF)

    assert is_withdrawn(kind, scene)
    assert (fresh(kept).status, fresh(kept).override) == (Status.BOOKED, Override.SWITCHED_OFF)
    assert (fresh(called_off).status, fresh(held).status) == (Status.CANCELLED, Status.CANCELLED)
    assert notified_kinds() == ["cancelled"]
    assert events(kept) == ["booked", "kept"]
    assert faults() == []
    entry = AuditEntry.objects.filter(object_type="schedule").latest("pk")
    assert (entry.details["kind"], entry.details["options"]) == (
        "OptionsWithdrawal",
        str(scene.option),
    )


@pytest.mark.parametrize(("kind", "number"), [("treatment", 0), ("option", 0), ("therapist", 3)])
def test_what_is_withdrawn_is_no_proposal(
    scene: Scene, three: list[Appointment], kind: str, number: int
) -> None:
    change = build_change(kind, scene)
    places = find_proposals(three[:1], change, scene.clinic, clock.now())[three[0].pk]

    assert [place.therapist.name for place in places] == ["Tom"] * number


def test_a_colleague_who_gives_it_takes_over_or_the_patient_is_asked(
    scene: Scene, three: list[Appointment]
) -> None:
    tom = scene.therapists[1]
    first, second, third = three
    chosen = {
        first.pk: move(first, first.starts_at, tom),
        second.pk: ask(second, second.starts_at, tom),
        third.pk: keep(third),
    }
    change_schedule(build_change("therapist", scene), resolutions=chosen, by=STAFF)

    assert (fresh(first).therapist, fresh(second).override) == (tom, Override.ASKED)
    withdraw_proposal(second, by=STAFF)
    assert fresh(second).override == Override.SWITCHED_OFF
    assert faults() == []


@pytest.mark.parametrize("build", [ask, move])
@KINDS
def test_no_other_time_is_given_with_what_is_withdrawn(
    scene: Scene, three: list[Appointment], kind: str, build: Any
) -> None:
    first, second, third = three
    chosen = {first.pk: build(first, at(15, day=WEDNESDAY), scene.therapist)}
    chosen |= {second.pk: keep(second), third.pk: keep(third)}
    with pytest.raises(UnresolvedConflicts) as refused:
        change_schedule(build_change(kind, scene), resolutions=chosen, by=STAFF)

    assert refused.value.problems.keys() == {first.pk}
    assert not is_withdrawn(kind, scene)


def test_other_lengths_and_other_therapists_are_not_affected(
    scene: Scene, three: list[Appointment]
) -> None:
    longer = OptionFactory(treatment=scene.treatment, minutes=90)
    OfferFactory(therapist=scene.therapist, option=longer)
    booked(scene, at(13, day=WEDNESDAY), place=1)
    change_schedule(OptionsWithdrawal((longer.pk,)), resolutions={}, by=STAFF)
    resolutions = {row.pk: keep(row) for row in three}
    change_schedule(build_change("therapist", scene), resolutions=resolutions, by=STAFF)

    assert Offer.objects.filter(option=scene.option).count() == 1  # Tom's


@KINDS
def test_the_page_leads_to_the_preview(
    owner: Client, scene: Scene, three: list[Appointment], kind: str
) -> None:
    address = {
        "treatment": f"/desk/treatments/{scene.treatment.slug}/off/",
        "option": f"/desk/options/{scene.option.pk}/off/",
        "therapist": OPTIONS,
    }[kind]
    sent = {"withdrawn": [str(scene.option.pk)]} if kind == "therapist" else {}
    before = read(owner.get(address))
    assert ("3 appointments are booked" in before) == (kind != "therapist")
    preview = owner.post(address, sent)
    said = read(preview)
    assert "Keep it as it is" in said
    assert ("Move each to the first suggestion" in said) == (kind == "therapist")
    assert ("ame time, with Tom" in said) == (kind == "therapist")
    assert not is_withdrawn(kind, scene)
    done = choose(owner, address, preview, step="settle", **{f"a{row.pk}": "keep" for row in three})

    assert done.status_code == 303
    assert is_withdrawn(kind, scene)


def test_the_page_of_a_therapist_asks_what_is_no_longer_offered(
    owner: Client, scene: Scene
) -> None:
    assert owner.post(OPTIONS, {}).status_code == 200  # opened by a press without anything chosen
    unknown = owner.post(OPTIONS, {"withdrawn": ["999999"]})
    assert (unknown.status_code, "Please choose from what is shown." in read(unknown)) == (
        422,
        True,
    )
    Offer.objects.filter(therapist=scene.therapist).delete()

    assert "Rosa offers nothing yet." in read(owner.get(OPTIONS))


@KINDS
def test_the_box_of_the_back_office_is_refused_while_appointments_are_booked(
    owner: Client, scene: Scene, three: list[Appointment], kind: str
) -> None:
    answer = owner.post(*office_form(owner, scene, kind))
    said = answer.content.decode()
    link = {
        "treatment": f"/desk/treatments/{scene.treatment.slug}/off/",
        "option": f"/desk/options/{scene.option.pk}/off/",
        "therapist": OPTIONS,
    }[kind]

    assert answer.status_code == 200
    assert "3 appointments are booked." in said
    assert f'href="{link}"' in said
    assert not is_withdrawn(kind, scene)


@KINDS
def test_the_box_of_the_back_office_withdraws_what_is_free(
    owner: Client, scene: Scene, kind: str
) -> None:
    hold = scene.hold(at(10, day=WEDNESDAY), scene.therapist)
    answer = owner.post(*office_form(owner, scene, kind))

    assert answer.status_code == 302
    assert is_withdrawn(kind, scene)
    assert fresh(hold).status == Status.CANCELLED


@KINDS
def test_who_books_while_the_back_office_saves_keeps_the_box_ticked(
    owner: Client, scene: Scene, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    booked(scene, at(9))
    monkeypatch.setattr(
        "booking.forms.admin.switch_off.PreviewedFieldsForm.clean", lambda form: form.cleaned_data
    )
    answer = owner.post(*office_form(owner, scene, kind), follow=True)

    assert "nothing has been saved yet" in answer.content.decode()
    assert not is_withdrawn(kind, scene)


def office_form(owner: Client, scene: Scene, kind: str) -> tuple[str, dict[str, Any]]:
    """Return the address of the form of the back office, and what it sends with the box cleared."""
    if kind == "therapist":
        OfferFactory(
            therapist=scene.therapist, option=OptionFactory(treatment=scene.treatment, minutes=90)
        )
        address = f"/admin/booking/therapist/{scene.therapist.pk}/change/"
        data = office_data(owner, address) | {"is_active": "on"}
        data["gives"] = [pk for pk in data["gives"] if int(pk) != scene.option.pk]
        return address, data
    address = f"/admin/booking/treatment/{scene.treatment.pk}/change/"
    data = office_data(owner, address)
    if kind == "option":
        data["is_active"] = "on"
        del data["options-0-is_active"]
    return address, data
