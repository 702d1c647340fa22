"""Which appointments and patients a member of staff can see."""

from datetime import timedelta
from typing import Any

import pytest

from booking.access.scope import visible_appointments, visible_patients
from booking.models import Appointment, Role, Therapist, User
from clinic.lib.dates import clock
from tests.factories import AppointmentFactory, TherapistFactory
from tests.people import browser_of, member, patient_user
from tests.scene import on

pytestmark = pytest.mark.postgresql


@pytest.fixture
def thea() -> User:
    return member(Role.THERAPIST, name="Thea Marsh")


def mine(user: User) -> Therapist:
    return Therapist.objects.get(user=user)


def sees(user: User, appointment: Appointment) -> tuple[bool, bool]:
    """The appointment, and its patient."""
    now = clock.now()
    return (
        visible_appointments(user, now).filter(pk=appointment.pk).exists(),
        visible_patients(user, now).filter(pk=appointment.patient_id).exists(),
    )


@pytest.mark.parametrize("status", ["booked", "arrived", "completed", "no_show"])
def test_a_therapist_sees_their_own_and_not_a_colleagues(thea: User, status: str) -> None:
    starts = on(23, 8)
    own = AppointmentFactory(therapist=mine(thea), starts_at=starts, status=status)
    other = AppointmentFactory(starts_at=starts, status=status)

    assert sees(thea, own) == (True, True)
    assert sees(thea, other) == (False, False)


def test_a_therapist_does_not_see_what_their_patient_has_with_a_colleague(thea: User) -> None:
    own = AppointmentFactory(therapist=mine(thea), starts_at=on(24, 9))
    colleagues = AppointmentFactory(patient=own.patient, starts_at=on(25, 9))

    assert sees(thea, colleagues) == (False, True)


@pytest.mark.parametrize(("days", "visible"), [(29, True), (31, False)])
def test_a_cancelled_appointment_counts_for_thirty_days(
    thea: User, days: int, visible: bool
) -> None:
    cancelled_at = clock.now() - timedelta(days=days)
    row = AppointmentFactory(
        therapist=mine(thea), status="cancelled", cancelled_at=cancelled_at, starts_at=on(30, 9)
    )

    assert sees(thea, row) == (visible, visible)


@pytest.mark.parametrize(("days", "visible"), [(29, True), (31, False)])
def test_a_missed_appointment_counts_for_thirty_days(thea: User, days: int, visible: bool) -> None:
    starts = on(23, 9) - timedelta(days=days)
    row = AppointmentFactory(therapist=mine(thea), status="no_show", starts_at=starts)

    assert sees(thea, row) == (visible, visible)


@pytest.mark.parametrize(
    ("roles", "everything"),
    [([Role.FRONTDESK], True), ([Role.OWNER], True), ([Role.EDITOR], False)],
)
def test_front_desk_and_owner_see_all_and_editors_nothing(
    roles: list[Role], everything: bool
) -> None:
    row = AppointmentFactory(starts_at=on(24, 9))

    assert sees(member(*roles), row) == (everything, everything)


def test_patients_anonymous_and_deactivated_users_see_nothing() -> None:
    row = AppointmentFactory(starts_at=on(24, 9))
    gone = member(Role.OWNER)
    gone.is_active = False

    assert sees(patient_user(), row) == sees(gone, row) == (False, False)


def test_roles_add_up() -> None:
    both = member(Role.THERAPIST, Role.FRONTDESK)

    assert sees(both, AppointmentFactory(starts_at=on(24, 9))) == (True, True)


def test_a_therapist_without_a_profile_sees_nothing(thea: User) -> None:
    mine(thea).delete()
    TherapistFactory.create()

    assert sees(thea, AppointmentFactory(starts_at=on(24, 9))) == (False, False)


def test_the_page_of_today_shows_what_the_person_may_see(
    thea: User, django_assert_num_queries: Any
) -> None:
    own = AppointmentFactory(therapist=mine(thea), starts_at=on(23, 14), patient__name="Own Pat")
    AppointmentFactory(starts_at=on(23, 14), patient__name="Other Pat")
    AppointmentFactory(therapist=own.therapist, starts_at=on(24, 14), patient__name="Tomorrow Pat")
    browser, desk = browser_of(thea), browser_of(member(Role.FRONTDESK))
    page = browser.get("/desk/").content.decode()

    assert "Own Pat" in page
    assert "Other Pat" not in page
    assert "Tomorrow Pat" not in page
    with django_assert_num_queries(15):  # as for everybody: see test_sessions
        all_of_it = desk.get("/desk/").content.decode()
    assert "Own Pat" in all_of_it
    assert "Other Pat" in all_of_it
