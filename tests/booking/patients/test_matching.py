"""The rule for look-alikes, in Python and in the database."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.inputs import ContactDetails
from booking.models import Patient, Role, User
from booking.queries.patients.matching import MAX_LOOK_ALIKES, identity_keys, look_alikes_of
from clinic.lib.dates import clock
from tests import factories as make
from tests.people import member

ANA = ContactDetails("Ana María Reader", "Ana.Reader@mail.example", "+1 (312) 555-0142")
NAMES = ("Ana", "ANA", "Ána", "Ana Maria", "ana  maría", "Ana Maria Li", "Li", "a.b+c*", "%", "_")
EMAILS = ("", "ana@mail.example", "ANA@Mail.example", "li@mail.example", "an_@mail.example")
PHONES = (
    "", "0142", "55-5014", "555014", "5550142", "312 555 0142", "+1 (312) 555.0142", "99 555014",
)  # fmt: skip
PEOPLE = st.builds(
    ContactDetails, st.sampled_from(NAMES), st.sampled_from(EMAILS), st.sampled_from(PHONES)
)


@pytest.fixture
def desk(db: None) -> User:
    return member(Role.FRONTDESK, app=False)


@pytest.mark.parametrize(
    ("name", "email", "phone", "looks_like", "is_same"),
    [
        ("Ana María Reader", "", "", True, False),
        ("  ANA  maria READER ", "", "", True, False),
        ("Ana Maria", "", "", False, False),
        ("Ana Maria Reader Lee", "", "", False, False),
        ("Bo", "ana.reader@MAIL.example", "", True, False),
        ("Bo", "reader@mail.example", "", False, False),
        ("Bo", "", "312-555-0142", True, False),
        ("Bo", "", "0044 312.555/0142", True, False),
        ("Bo", "", "555 0142", True, False),
        ("Bo", "", "55 0142", False, False),
        ("Bo", "", "0142", False, False),
        ("Bo", "", "", False, False),
        ("ana maria reader", "ANA.reader@mail.example", "", True, True),
        ("ana maria reader", "", "3125550142", True, True),
        ("ana maria reader", "else@mail.example", "773 111 2222", True, False),
    ],
)
def test_look_alikes_share_one_field_and_the_same_person_shares_two(
    name: str, email: str, phone: str, *, looks_like: bool, is_same: bool
) -> None:
    ana, other = identity_keys(ANA), identity_keys(ContactDetails(name, email, phone))

    assert ana.looks_like(other) is other.looks_like(ana) is looks_like
    assert (not set(ana.pairs()).isdisjoint(other.pairs())) is is_same


def test_a_short_number_is_compared_whole() -> None:
    short = identity_keys(ContactDetails("Bo", "", "55 50 14"))

    assert short.looks_like(identity_keys(ContactDetails("Al", "", "555-014")))
    assert not short.looks_like(identity_keys(ContactDetails("Al", "", "9 555-014")))


@given(one=PEOPLE, other=PEOPLE)
def test_the_same_person_always_looks_alike(one: ContactDetails, other: ContactDetails) -> None:
    keys, others = identity_keys(one), identity_keys(other)
    is_same = not set(keys.pairs()).isdisjoint(others.pairs())

    assert keys.looks_like(others) == others.looks_like(keys)
    assert keys.looks_like(others) or not is_same


@pytest.mark.django_db
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(people=st.lists(PEOPLE, min_size=1, max_size=5), person=PEOPLE)
def test_the_database_and_python_find_the_same_patients(
    desk: User, people: list[ContactDetails], person: ContactDetails
) -> None:
    Patient.objects.all().delete()
    for details in people:
        make.PatientFactory(name=details.name, email=details.email, phone=details.phone)
    keys = identity_keys(person)
    expected = {row.pk for row in Patient.objects.all() if keys.looks_like(identity_keys(row))}

    assert {row.pk for row in look_alikes_of(desk, person, clock.now())} == expected


def test_a_record_has_look_alikes_other_than_itself_by_name(desk: User) -> None:
    one = make.PatientFactory(name="Ana Reader", email="ana@mail.example", phone="312 555 0142")
    by_name = make.PatientFactory(name="ána  READER", phone="999 999 9999")
    by_mail = make.PatientFactory(name="B", email="ANA@mail.example", phone="999 999 9999")
    by_phone = make.PatientFactory(name="C", phone="+1 (312) 555-0142")
    make.PatientFactory(name="D", phone="999 999 9999")
    merged = make.PatientFactory(name="Ana Reader")
    merged.merged_into = one
    merged.save()

    assert look_alikes_of(desk, one, clock.now()) == [by_mail, by_phone, by_name]


@pytest.mark.django_db
def test_a_therapist_sees_look_alikes_among_their_own_patients_only() -> None:
    user = member(Role.THERAPIST, app=False)
    own = make.AppointmentFactory(therapist=user.therapist, patient__name="Ana Reader").patient
    make.AppointmentFactory(patient__name="Ana Reader")

    assert look_alikes_of(user, ContactDetails("Ana Reader", "", ""), clock.now()) == [own]


def test_a_long_list_of_look_alikes_is_cut_and_costs_one_query(desk: User) -> None:
    for _ in range(MAX_LOOK_ALIKES + 2):
        make.PatientFactory(name="Ana Same")
    person = ContactDetails("Ana Same", "", "")
    look_alikes_of(desk, person, clock.now())  # the roles are read once a person
    with CaptureQueriesContext(connection) as queries:
        found = look_alikes_of(desk, person, clock.now())

    assert (len(found), len(queries)) == (MAX_LOOK_ALIKES, 1)
