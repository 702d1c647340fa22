"""Merging two patient records, and undoing it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from booking.access.scope import visible_patients
from booking.actions.patients.merge_patients import MOVED_MODELS, merge_patients, undo_merge
from booking.errors import (
    AlreadyMerged,
    BothHaveAccounts,
    CannotMergeWithItself,
    MergeNotAllowed,
    MergeUndoExpired,
)
from booking.inputs import ContactDetails
from booking.models import Patient, PatientMerge, Role, User
from booking.registries import patient_merge
from clinic.lib.dates import clock
from tests import factories as make
from tests.jobs import run_all_jobs
from tests.people import member

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]
CONTACT = ContactDetails("Ana Reader", "ana@mail.example", "312 555 0142")
STAY = {"PatientMerge"}
"""What points at a patient and does not go along: the merge itself."""


@pytest.fixture
def desk() -> User:
    return member(Role.FRONTDESK, app=False)


def two(**values: Any) -> tuple[Patient, Patient]:
    return make.PatientFactory(name="Ana Reader"), make.PatientFactory(name="A. Reader", **values)


def state() -> list[Any]:
    appointments = make.AppointmentFactory._meta.model.objects.order_by("pk")
    return [
        list(Patient.objects.order_by("pk").values()),
        list(appointments.values_list("pk", "patient")),
    ]


def test_a_merge_moves_appointments_and_preferences(desk: User) -> None:
    remaining, duplicate = two(likes_quiet=True)
    own, theirs = (
        make.AppointmentFactory(patient=remaining),
        make.AppointmentFactory(patient=duplicate),
    )

    merge_patients(remaining, duplicate, CONTACT, by=desk)

    remaining.refresh_from_db()
    assert set(remaining.appointments.all()) == {own, theirs}
    assert (remaining.name, remaining.email, remaining.phone) == (
        "Ana Reader",
        "ana@mail.example",
        "312 555 0142",
    )
    assert remaining.likes_quiet
    assert list(visible_patients(desk, clock.now())) == [remaining]


def test_a_merge_moves_the_account_and_the_failed_mail_with_the_address(desk: User) -> None:
    account = make.UserFactory()
    remaining, duplicate = two(
        user=account, undeliverable_since=clock.now(), email="old@mail.example"
    )

    merge_patients(remaining, duplicate, ContactDetails("Ana", "old@mail.example", ""), by=desk)

    remaining.refresh_from_db()
    duplicate.refresh_from_db()
    assert (remaining.user, duplicate.user) == (account, None)
    assert remaining.undeliverable_since == clock.now()


def test_undoing_a_merge_restores_everything_except_later_bookings(desk: User) -> None:
    remaining, duplicate = two(user=make.UserFactory(), likes_evenings=True)
    make.AppointmentFactory(patient=remaining)
    make.AppointmentFactory(patient=duplicate)
    before = state()

    merge = merge_patients(remaining, duplicate, CONTACT, by=desk)
    since = make.AppointmentFactory(patient=remaining)
    undo_merge(merge, by=desk)

    assert since.patient == remaining
    since.events.all().delete()
    since.delete()
    assert state() == before


def test_after_a_day_it_is_too_late(desk: User, settings: Settings) -> None:
    merge = merge_patients(*two(), CONTACT, by=desk)
    settings.CLINIC_CLOCK += timedelta(days=1)

    with pytest.raises(MergeUndoExpired):
        undo_merge(merge, by=desk)


def test_the_data_for_undoing_a_merge_is_deleted_after_a_day(
    desk: User, settings: Settings
) -> None:
    make.ClinicProfileFactory()
    merge_patients(*two(), CONTACT, by=desk)
    settings.CLINIC_CLOCK += timedelta(days=1)

    run_all_jobs()

    assert PatientMerge.objects.get().undo == {}


def test_a_merge_cannot_be_undone_twice(desk: User) -> None:
    merge = merge_patients(*two(), CONTACT, by=desk)
    undo_merge(merge, by=desk)

    with pytest.raises(MergeUndoExpired):
        undo_merge(merge, by=desk)


def test_the_later_of_two_merges_must_be_undone_first(desk: User) -> None:
    remaining, duplicate = two()
    third = make.PatientFactory()
    first = merge_patients(remaining, duplicate, CONTACT, by=desk)
    second = merge_patients(third, remaining, CONTACT, by=desk)

    with pytest.raises(MergeUndoExpired):
        undo_merge(first, by=desk)
    undo_merge(second, by=desk)
    undo_merge(first, by=desk)

    assert Patient.objects.current().count() == 3


def test_a_refused_merge_changes_nothing(desk: User, frozen_clock: datetime) -> None:
    remaining, duplicate = two()
    account, another = make.UserFactory(), make.UserFactory()
    with_account = make.PatientFactory(user=account)
    with_another = make.PatientFactory(user=another)
    gone = make.PatientFactory(merged_into=remaining)
    before = state()

    for pair, refusal in (
        ((remaining, remaining), CannotMergeWithItself),
        ((with_account, with_another), BothHaveAccounts),
        ((remaining, gone), AlreadyMerged),
        ((gone, duplicate), AlreadyMerged),
    ):
        with pytest.raises(refusal):
            merge_patients(*pair, CONTACT, by=desk)

    assert state() == before


def test_a_therapist_cannot_merge_records_with_appointments_of_others() -> None:
    therapist = member(Role.THERAPIST, app=False)
    remaining, duplicate = two()
    for patient, hour in ((remaining, 15), (duplicate, 18)):
        make.AppointmentFactory(
            patient=patient, therapist=therapist.therapist, starts_at=make.tomorrow_at(hour)
        )
    shared = make.AppointmentFactory(patient=duplicate)

    with pytest.raises(MergeNotAllowed):
        merge_patients(remaining, duplicate, CONTACT, by=therapist)
    shared.events.all().delete()
    shared.delete()

    assert merge_patients(remaining, duplicate, CONTACT, by=therapist).remaining == remaining


def test_health_answers_are_moved_and_moved_back_with_later_ones(desk: User) -> None:
    remaining, duplicate = two()
    before = make.ScreeningFactory(appointment=make.AppointmentFactory(patient=duplicate))
    merge = merge_patients(remaining, duplicate, CONTACT, by=desk)
    before.refresh_from_db()
    assert before.patient == remaining
    since = make.ScreeningFactory(appointment=before.appointment, patient=remaining)

    undo_merge(merge, by=desk)

    for row in (before, since):
        row.refresh_from_db()
        assert row.patient == duplicate


def test_every_relation_to_a_patient_is_moved_or_listed_as_kept() -> None:
    fields = Patient._meta.get_fields(include_hidden=True)
    pointing = {
        field.related_model.__name__
        for field in fields
        if field.auto_created and not field.concrete and field.related_model
    }

    assert pointing - STAY - {"Patient"} == {
        model.__name__ for model in (*MOVED_MODELS, *patient_merge.models())
    }
