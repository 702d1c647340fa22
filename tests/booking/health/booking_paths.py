"""Every way to book or move an appointment, as a function for tests.

Each function gets a clinic, a patient's answers, and the pressure of the treatment. It
returns when it has booked or moved, and raises what the health gate refuses. A new action that
takes or moves a time gets a line in BOOKING_PATHS.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from booking.actions.actor import Actor, ActorType
from booking.actions.appointments.book_by_phone import book_by_phone
from booking.actions.appointments.book_online import book_appointment
from booking.actions.appointments.cancel import cancel_appointment
from booking.actions.appointments.mark_status import revert_status
from booking.actions.appointments.reschedule import reschedule_appointment
from booking.actions.appointments.restore import restore_appointment
from booking.actions.holds.change_hold_treatment import change_hold_treatment
from booking.actions.holds.hold_slot import hold_slot
from booking.actions.patients.merge_patients import merge_patients
from booking.actions.schedule.change_schedule import change_schedule
from booking.errors import (
    HoldExpired,
    NeedsMedicalAdvice,
    ScreeningBlocked,
    ScreeningStop,
    TreatmentNotSuitable,
    UnresolvedConflicts,
)
from booking.features.imports.actions import check_appointments
from booking.features.imports.queries.rows import NewAppointment
from booking.inputs import ContactDetails, MoveTerms, Resolution, ResolutionAction, StaffSlotRequest
from booking.lifecycle import Override, Status
from booking.models import Appointment, Option, Patient, Role
from booking.queries.availability.proposals import find_proposals
from booking.queries.schedule.impact import find_impact
from booking.screening.outcomes import Pressure
from booking.screening.rules import AnswerSet
from clinic.lib.dates import clock
from tests.booking.health.answers import GUEST, answer
from tests.booking.schedule.schedule_changes import away
from tests.factories import (
    AppointmentFactory,
    OfferFactory,
    OptionFactory,
    PatientFactory,
    ScreeningFactory,
    StaffRoleFactory,
    UserFactory,
)
from tests.scene import ADA, Scene, at

THURSDAY = at(10).date() + timedelta(days=2)
EVERYTHING = frozenset(override.value for override in Override)
"""All overrides, so that staff accept every rule that can be overridden."""

OF_HEALTH = {
    str(refusal.message) for refusal in (ScreeningStop, NeedsMedicalAdvice, TreatmentNotSuitable)
}

BookingPath = Callable[[Scene, AnswerSet, str], object]


def book_online(scene: Scene, answers: AnswerSet, pressure: str) -> None:
    """Book online as a guest, from the hold to the confirmation."""
    hold = _answered_hold(scene, answers, pressure)
    book_appointment(hold, ADA, by=GUEST)


def take_instead(scene: Scene, answers: AnswerSet, pressure: str) -> None:
    """Switch the hold to a "gentler" treatment, which has the given pressure."""
    hold = _answered_hold(scene, answers, pressure)
    change_hold_treatment(hold, scene.option.pk, by=GUEST)
    book_appointment(hold, ADA, by=GUEST)


def book_at_the_desk(scene: Scene, answers: AnswerSet, pressure: str) -> None:
    """Book by phone for an existing patient."""
    _touch(scene.option, pressure)
    slot_request = StaffSlotRequest(scene.option.pk, at(12), scene.therapists[0].slug)
    book_by_phone(
        slot_request,
        person(answers),
        by=staff(),
        accepted_overrides=EVERYTHING,
        is_new_patient=True,
    )


def moved_by(make_actor: Callable[[], Actor]) -> BookingPath:
    def move(scene: Scene, answers: AnswerSet, pressure: str) -> None:
        booked = booked_with(scene, answers, pressure)
        reschedule_appointment(booked, start=at(14, day=THURSDAY), by=make_actor())

    return move


def changed_at_the_desk(**change: Any) -> BookingPath:
    """Return a function that moves an appointment at the desk, by default to another hour."""

    def move(scene: Scene, answers: AnswerSet, pressure: str) -> None:
        booked = booked_with(scene, answers, pressure)
        terms, start = (
            MoveTerms(accepted_overrides=EVERYTHING),
            change.get("start", booked.starts_at),
        )
        if "room" in change:
            terms = replace(terms, room=scene.rooms[1].pk)
        therapist = scene.therapists[1].slug if "therapist" in change else None
        reschedule_appointment(booked, start=start, therapist=therapist, terms=terms, by=staff())

    return move


def another_treatment(scene: Scene, answers: AnswerSet, pressure: str) -> None:
    """Book a gentle treatment, and change it at the desk to the given pressure."""
    booked = booked_with(scene, answers, Pressure.GENTLE)
    wanted = OptionFactory(treatment__pressure=pressure, treatment__room_kind=scene.kind)
    OfferFactory(therapist=scene.therapists[0], option=wanted)
    terms = MoveTerms(option=wanted.pk, accepted_overrides=EVERYTHING)
    reschedule_appointment(booked, start=booked.starts_at, terms=terms, by=staff())


def moved_by_new_hours(scene: Scene, answers: AnswerSet, pressure: str) -> None:
    """Save time off of the therapist, and move the appointment to a colleague in the same step."""
    booked = booked_with(scene, answers, pressure)
    colleague = scene.therapists[1].slug
    move = Resolution(ResolutionAction.MOVE, booked.sequence, booked.starts_at, colleague)
    change = away(scene.therapists[0], day=THURSDAY)
    try:
        change_schedule(change, resolutions={booked.pk: move}, by=staff())
    except UnresolvedConflicts as refusal:
        if refusal.problems[booked.pk] in OF_HEALTH:
            raise ScreeningBlocked from refusal
        raise


def proposed_by_new_hours(scene: Scene, answers: AnswerSet, pressure: str) -> None:
    """Find the proposals that the preview of new hours offers."""
    booked = booked_with(scene, answers, pressure)
    change, now = away(scene.therapists[0], day=THURSDAY), clock.now()
    affected = find_impact(change, scene.clinic, now).affected
    if not find_proposals(affected, change, scene.clinic, now).get(booked.pk):
        raise ScreeningBlocked()


def imported(scene: Scene, answers: AnswerSet, pressure: str) -> None:
    """Import an appointment from a file, for an existing patient."""
    _touch(scene.option, pressure)
    patient = person(answers)
    slot_request = StaffSlotRequest(scene.option.pk, at(12), scene.therapists[0].slug)
    line = NewAppointment(
        1, slot_request, ContactDetails(patient.name, patient.email, patient.phone), patient
    )
    faults = check_appointments([line], by=staff(), outside_hours=True)
    if faults and faults[0].message in OF_HEALTH:
        raise ScreeningBlocked
    assert faults == []


def booked_after_a_merge(scene: Scene, answers: AnswerSet, pressure: str) -> None:
    """Book for a patient whose answers came from a merged record."""
    _touch(scene.option, pressure)
    target, user = PatientFactory(), StaffRoleFactory(role=Role.FRONTDESK).user
    merge_patients(
        target, person(answers), ContactDetails(target.name, target.email, target.phone), by=user
    )
    slot_request = StaffSlotRequest(scene.option.pk, at(12), scene.therapists[0].slug)
    book_by_phone(slot_request, target, by=Actor(ActorType.STAFF, user))


def restored(scene: Scene, answers: AnswerSet, pressure: str) -> None:
    booked = booked_with(scene, answers, pressure)
    cancel_appointment(booked, by=GUEST)
    restore_appointment(booked, by=GUEST)


def restored_at_the_desk(scene: Scene, answers: AnswerSet, pressure: str) -> None:
    booked = booked_with(scene, answers, pressure)
    cancel_appointment(booked, by=staff())
    restore_appointment(booked, by=staff())


def missed_taken_back(scene: Scene, answers: AnswerSet, pressure: str) -> None:
    """Undo "missed", which takes the time again."""
    booked = booked_with(scene, answers, pressure)
    Appointment.objects.filter(pk=booked.pk).update(status=Status.NO_SHOW)
    revert_status(booked, from_status=Status.NO_SHOW, by=staff())


BOOKING_PATHS: dict[str, BookingPath] = {
    "the public pages": book_online,
    "another treatment in the held time": take_instead,
    "a booking by phone": book_at_the_desk,
    "a patient's own move": moved_by(Actor.guest),
    "a move by staff": moved_by(lambda: Actor(ActorType.STAFF, UserFactory())),
    "a move at the desk": changed_at_the_desk(start=at(14, day=THURSDAY)),
    "a move at the desk against the hours": changed_at_the_desk(start=at(22, day=THURSDAY)),
    "another therapist at the desk": changed_at_the_desk(therapist=True),
    "another room at the desk": changed_at_the_desk(room=True),
    "another treatment at the desk": another_treatment,
    "new hours that move": moved_by_new_hours,
    "new hours that propose": proposed_by_new_hours,
    "a line of an import": imported,
    "a booking for a merged record": booked_after_a_merge,
    "a cancellation taken back": restored,
    "a cancellation taken back at the desk": restored_at_the_desk,
    "a missed appointment taken back": missed_taken_back,
}


def staff() -> Actor:
    return Actor(ActorType.STAFF, UserFactory())


def booked_with(scene: Scene, answers: AnswerSet, pressure: str) -> Appointment:
    """Book an appointment with harmless answers, then replace the answers."""
    _touch(scene.option, pressure)
    booked = AppointmentFactory(
        option=scene.option,
        therapist=scene.therapists[0],
        room=scene.rooms[0],
        starts_at=at(10, day=THURSDAY),
    )
    ScreeningFactory(appointment=booked, answer_set=answers)
    return booked


def person(answers: AnswerSet) -> Patient:
    """Create a patient who gave these answers for another appointment."""
    patient = ScreeningFactory(answer_set=answers).patient
    assert patient is not None
    return patient


def books(path: BookingPath, scene: Scene, answers: AnswerSet, pressure: str) -> bool:
    """Return whether an appointment can be booked or moved this way.

    Only the health check may refuse it. An online hold is released afterwards.
    """
    try:
        path(scene, answers, pressure)
    except (ScreeningBlocked, HoldExpired):
        return False
    return True


def _answered_hold(scene: Scene, answers: AnswerSet, pressure: str) -> Appointment:
    _touch(scene.option, pressure)
    hold = hold_slot(scene.slot_request(at(10)), by=GUEST, browser_key="browser")
    answer(hold, *_listed(answers))
    return hold


def _touch(option: Option, pressure: str) -> None:
    option.treatment.pressure = pressure
    option.treatment.save()


def _listed(answers: AnswerSet) -> list[str]:
    return [
        f"{question}/{code}" for question, codes in answers.chosen_codes.items() for code in codes
    ]
