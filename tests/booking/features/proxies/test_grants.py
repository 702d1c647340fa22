"""Grants: who may make them, replace them and end them."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import Settings

from booking.access import proxies
from booking.access.proxies import Permission
from booking.actions.actor import Actor, ActorType
from booking.actions.patients.change_email import (
    complete_email_change,
    request_email_change,
    undo_email_change,
)
from booking.actions.patients.merge_patients import merge_patients, undo_merge
from booking.constraints import violated_constraint
from booking.errors import MergeNotAllowed, NotAllowed
from booking.features.proxies.actions.grants import (
    GrantTerms,
    change_grant,
    end_grant,
    grant_by_patient,
    grant_by_staff,
)
from booking.features.proxies.actions.people import ask_clinic, confirm_court
from booking.features.proxies.errors import (
    CannotActForOneself,
    EndsInThePast,
    GrantNotActive,
    GrantToOneself,
    NoSuchAccount,
    NothingGranted,
)
from booking.features.proxies.models import Basis, Proxy, ProxyEnd, ProxyReview
from booking.features.proxies.queries import grants_by, grants_over
from booking.inputs import ContactDetails
from booking.models import AuditEntry, User
from booking.queries.patients.email_changes import change_code, undo_token
from clinic.lib.dates import clock
from tests.booking.features.proxies.family import (
    ALL,
    BOOK_AND_TIMES,
    TERMS,
    Person,
    never_signed_in,
    person,
)
from tests.factories import PatientFactory
from tests.factories.proxies import ProxyFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]
TODAY = date(2026, 11, 23)


def front_desk(desk: Actor) -> User:
    assert desk.user is not None
    return desk.user


def grant(ana: Person, ben: Person, terms: GrantTerms = TERMS) -> Proxy:
    return grant_by_patient(ana.user, ben.patient, terms, by=ben.actor)


def may(ana: Person, ben: Person) -> frozenset[Permission]:
    return proxies.permissions_for(ana.user, ben.patient)


def test_a_grant_allows_exactly_what_was_granted(ana: Person, ben: Person) -> None:
    grant(ana, ben)

    assert may(ana, ben) == BOOK_AND_TIMES
    assert may(ben, ana) == frozenset()
    assert proxies.patients_to_act_for(ana.user) == [ben.patient]
    assert proxies.patients_to_act_for(ben.user) == []


def test_each_permission_is_granted_by_itself(ana: Person, ben: Person) -> None:
    for permission in Permission:
        grant(ana, ben, GrantTerms.of({permission}))
        assert may(ana, ben) == {permission}


def test_a_grant_is_written_to_the_audit_trail_with_both_people(ana: Person, ben: Person) -> None:
    end_grant(grant(ana, ben).public_id, by=ana.actor)

    rows = AuditEntry.objects.order_by("pk").values_list(
        "action", "user", "affected_user", "patient_pk"
    )
    assert list(rows) == [
        ("created", ben.user.pk, ana.user.pk, ben.patient.pk),
        ("revoked", ana.user.pk, ana.user.pk, ben.patient.pk),
    ]


def test_nobody_else_can_grant_for_a_patient(ana: Person, ben: Person) -> None:
    eve = person("Eve")
    grant(ana, ben, GrantTerms(ALL))
    for stranger in (eve.actor, ana.actor, ana.acting_for(ben.patient)):
        with pytest.raises(NotAllowed):
            grant_by_patient(eve.user, ben.patient, TERMS, by=stranger)

    assert proxies.patients_to_act_for(eve.user) == []


def test_nobody_acts_for_themselves(ana: Person) -> None:
    with pytest.raises(CannotActForOneself):
        grant_by_patient(ana.user, ana.patient, TERMS, by=ana.actor)
    ProxyFactory(actor=ana.user, patient=ana.patient)  # as after a merge

    assert may(ana, ana) == frozenset()
    assert grants_over(ana.patient) == grants_by(ana.user) == []


def test_two_people_can_act_for_each_other_but_no_right_is_passed_on(
    ana: Person, ben: Person
) -> None:
    cleo = person("Cleo")
    grant(ana, ben)
    grant(ben, ana)
    grant(ben, cleo)
    grant(cleo, ana)

    assert proxies.patients_to_act_for(ana.user) == [ben.patient]
    assert set(proxies.patients_to_act_for(ben.user)) == {ana.patient, cleo.patient}


def test_a_grant_needs_a_permission_and_a_last_day_to_come(ana: Person, ben: Person) -> None:
    with pytest.raises(NothingGranted):
        grant(ana, ben, GrantTerms(frozenset()))
    with pytest.raises(EndsInThePast):
        grant(ana, ben, replace(TERMS, ends_on=TODAY - timedelta(days=1)))

    assert not Proxy.objects.exists()


def test_a_grant_lasts_until_the_end_of_its_last_day_by_the_clinics_clock(
    ana: Person, ben: Person, settings: Settings
) -> None:
    grant(ana, ben, replace(TERMS, ends_on=TODAY))
    settings.CLINIC_CLOCK = datetime.fromisoformat("2026-11-23T23:59:00-06:00")
    assert may(ana, ben) == BOOK_AND_TIMES
    settings.CLINIC_CLOCK = datetime.fromisoformat("2026-11-24T00:00:00-06:00")

    assert may(ana, ben) == frozenset()
    assert proxies.patients_to_act_for(ana.user) == []


def test_either_side_and_staff_end_a_grant_at_once(ana: Person, ben: Person, desk: Actor) -> None:
    for by in (ana.actor, ben.actor, desk):
        row = grant(ana, ben)
        end_grant(row.public_id, by=by)
        assert may(ana, ben) == frozenset()

    assert list(ProxyEnd.objects.order_by("pk").values_list("side", flat=True)) == [
        "actor",
        "patient",
        "staff",
    ]


def test_ending_twice_changes_nothing(ana: Person, ben: Person) -> None:
    row = grant(ana, ben)
    end_grant(row.public_id, by=ana.actor)
    end_grant(row.public_id, by=ben.actor)

    assert ProxyEnd.objects.get().side == "actor"


def test_strangers_and_those_who_act_for_the_patient_cannot_end_or_change_it(
    ana: Person, ben: Person
) -> None:
    row = grant(ana, ben)
    cleo = person("Cleo")
    grant(cleo, ben, GrantTerms(ALL))
    for by in (person("Eve").actor, cleo.actor, cleo.acting_for(ben.patient)):
        with pytest.raises(GrantNotActive):
            end_grant(row.public_id, by=by)
        with pytest.raises(GrantNotActive):
            change_grant(row.public_id, GrantTerms(ALL), by=by)
    with pytest.raises(GrantNotActive):
        change_grant(row.public_id, GrantTerms(ALL), by=ana.actor)

    assert may(ana, ben) == BOOK_AND_TIMES


def test_a_change_is_a_new_grant_and_the_old_one_never_comes_back(ana: Person, ben: Person) -> None:
    first = grant(ana, ben, GrantTerms(ALL))
    second = change_grant(first.public_id, TERMS, by=ben.actor)
    assert may(ana, ben) == BOOK_AND_TIMES
    end_grant(second.public_id, by=ben.actor)

    assert may(ana, ben) == frozenset()
    assert Proxy.objects.count() == 2
    with pytest.raises(GrantNotActive):
        change_grant(first.public_id, TERMS, by=ben.actor)


def test_staff_record_a_grant_for_somebody_who_has_signed_in(
    ana: Person, ben: Person, desk: Actor
) -> None:
    terms = GrantTerms.of({Permission.SEE_RECEIPTS})
    with pytest.raises(NoSuchAccount):
        grant_by_staff(never_signed_in().email, ben.patient, terms, basis=Basis.COURT, by=desk)
    with pytest.raises(NotAllowed):
        grant_by_staff(ana.user.email, ben.patient, terms, basis=Basis.COURT, by=ana.actor)
    row = grant_by_staff(ana.user.email.upper(), ben.patient, terms, basis=Basis.COURT, by=desk)

    assert may(ana, ben) == {Permission.SEE_RECEIPTS}
    assert row.granted_by == desk.user


def test_staff_look_at_it_if_a_patient_ends_what_showed_a_court_appointee_something(
    ana: Person, ben: Person
) -> None:
    row = ProxyFactory(actor=ana.user, patient=ben.patient, basis=Basis.COURT, may_book=False)
    end_grant(row.public_id, by=ben.actor)

    assert ProxyReview.objects.get().reason == "ended"
    assert may(ana, ben) == frozenset()


def test_somebody_whose_account_is_switched_off_acts_for_nobody(ana: Person, ben: Person) -> None:
    grant(ana, ben)
    ana.user.is_active = False
    ana.user.save()

    assert may(ana, ben) == frozenset()
    assert proxies.patients_to_act_for(ana.user) == []


def test_a_merge_moves_grants_and_undoing_it_moves_them_back(
    ana: Person, ben: Person, desk: Actor
) -> None:
    grant(ana, ben)
    remaining = PatientFactory(name="Benjamin Reader")
    contact = ContactDetails("Ben Reader", "ben@mail.example", "")
    merge = merge_patients(remaining, ben.patient, contact, by=front_desk(desk))
    remaining.refresh_from_db()
    assert proxies.permissions_for(ana.user, remaining) == BOOK_AND_TIMES
    assert may(ana, ben) == frozenset()
    undo_merge(merge, by=front_desk(desk))

    assert may(ana, ben) == BOOK_AND_TIMES
    assert proxies.permissions_for(ana.user, remaining) == frozenset()


def test_after_a_merge_of_both_records_the_newest_grant_counts_and_all_end_together(
    ana: Person, ben: Person, desk: Actor
) -> None:
    other = PatientFactory(name="Benjamin Reader")
    ProxyFactory(actor=ana.user, patient=ben.patient, may_pay=True)
    newest = ProxyFactory(actor=ana.user, patient=other)
    contact = ContactDetails("Ben Reader", "ben@mail.example", "")
    merge_patients(ben.patient, other, contact, by=front_desk(desk))
    assert may(ana, ben) == BOOK_AND_TIMES
    assert len(grants_over(ben.patient)) == 1
    end_grant(newest.public_id, by=ben.actor)

    assert may(ana, ben) == frozenset()


COLUMNS = [field.name for field in Proxy._meta.local_fields if field.name not in ("id", "patient")]


@pytest.mark.parametrize("column", COLUMNS)
def test_the_database_refuses_to_change_a_grant(ana: Person, ben: Person, column: str) -> None:
    row = grant(ana, ben)
    value = getattr(row, column)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Proxy.objects.filter(pk=row.pk).update(**{column: value})
    assert violated_constraint(refused.value) == "proxy_is_append_only"


@pytest.mark.usefixtures("clock_of_database")
def test_the_database_refuses_to_save_delete_or_smuggle_a_change_along(
    ana: Person, ben: Person
) -> None:
    row = grant(ana, ben)
    for change in (
        row.save,
        lambda: Proxy.objects.filter(pk=row.pk).update(patient=ana.patient, may_pay=True),
        lambda: _delete("booking_proxies_proxy"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()

    assert may(ana, ben) == BOOK_AND_TIMES


@pytest.mark.usefixtures("clock_of_database")
def test_the_database_refuses_to_take_an_end_back(ana: Person, ben: Person) -> None:
    end_grant(grant(ana, ben).public_id, by=ana.actor)
    for change in (
        lambda: ProxyEnd.objects.update(side="staff"),
        lambda: _delete("booking_proxies_proxyend"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()

    assert may(ana, ben) == frozenset()


def test_the_database_refuses_a_grant_of_nothing_and_an_unknown_basis(ana: Person) -> None:
    for values in ({"may_book": False, "may_see_times": False}, {"basis": "friend"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ProxyFactory(actor=ana.user, **values)

    assert not Proxy.objects.exists()


def _delete(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'DELETE FROM "{table}"')


def test_taking_an_old_address_back_ends_what_was_granted_since(
    ana: Person, ben: Person, settings: Settings
) -> None:
    before = grant_by_patient(person("Cleo").user, ana.patient, TERMS, by=ana.actor)
    settings.CLINIC_CLOCK += timedelta(minutes=1)
    change = request_email_change(ana.user, "thief@mail.example", by=ana.actor)
    complete_email_change(ana.user, change_code(change), by=ana.actor)
    grant_by_patient(ben.user, ana.patient, TERMS, by=ana.actor)
    undo_email_change(undo_token(change), by=Actor.guest())

    assert grants_over(ana.patient) == [before]


def test_staff_decide_nothing_about_what_they_may_do_themselves(ben: Person, desk: Actor) -> None:
    staff = front_desk(desk)
    staff.last_login = clock.now()
    staff.save()
    everything = GrantTerms(ALL)
    mine = ProxyFactory(actor=staff, patient=ben.patient, may_see_health=False)
    asked = ask_clinic("Ben Reader", ALL, by=Actor(ActorType.PATIENT, staff))
    with pytest.raises(GrantToOneself):
        grant_by_staff(staff.email, ben.patient, everything, basis=Basis.COURT, by=desk)
    with pytest.raises(GrantToOneself):
        change_grant(mine.public_id, everything, by=desk)
    with pytest.raises(GrantToOneself):
        confirm_court(asked.public_id, everything, by=desk)

    assert Permission.SEE_HEALTH not in proxies.permissions_for(staff, ben.patient)


def test_a_merge_gives_staff_nothing_that_they_may_do_for_a_patient(
    ben: Person, desk: Actor
) -> None:
    staff = front_desk(desk)
    child = ProxyFactory(actor=staff, patient=PatientFactory(), basis=Basis.PARENT).patient
    contact = ContactDetails("Ben Reader", "ben@mail.example", "")
    with pytest.raises(MergeNotAllowed):
        merge_patients(ben.patient, child, contact, by=staff)

    assert proxies.permissions_for(staff, ben.patient) == frozenset()
