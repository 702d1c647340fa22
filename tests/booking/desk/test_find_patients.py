"""Finding patients by name, e-mail or phone, within the user's scope."""

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import Patient
from booking.queries.patients.search import MAX_SUGGESTIONS, suggest_patients
from tests.booking.desk.staffed_desk import Desk
from tests.factories import PatientFactory
from tests.scene import at

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


@pytest.fixture
def ana() -> Patient:
    return PatientFactory(
        name="Ana María Reader", email="ana.reader@mail.example", phone="+1 (312) 555-0142"
    )


@pytest.mark.parametrize(
    "words",
    [
        "ana",
        "maria",
        "Reader",
        "read ana",
        "ANA.READER@",
        "mail.exa",
        "3125550142",
        "555 0142",
        "555-01 42",
    ],
)
def test_patients_are_found_by_any_part_of_name_email_or_phone(
    desk: Desk, ana: Patient, frozen_clock: datetime, words: str
) -> None:
    PatientFactory(name="Bo Other", email="bo@else.example", phone="773-111-2222")

    assert suggest_patients(desk.front, words, frozen_clock) == [ana]


@pytest.mark.parametrize("words", ["", "a", "  ", "nobody", "ana nobody", "55501999", "%", "_na"])
def test_too_short_or_unrelated_queries_find_nothing(
    desk: Desk, ana: Patient, frozen_clock: datetime, words: str
) -> None:
    assert suggest_patients(desk.front, words, frozen_clock) == []


def test_a_therapist_finds_only_their_own_patients(desk: Desk, frozen_clock: datetime) -> None:
    mine = desk.booked(at(10), patient__name="Ana Mine").patient
    desk.booked(at(10), desk.other, patient__name="Ana Theirs")

    assert suggest_patients(desk.maya, "ana", frozen_clock) == [mine]
    assert len(suggest_patients(desk.front, "ana", frozen_clock)) == 2


def test_a_long_list_is_cut_and_costs_one_query(desk: Desk, frozen_clock: datetime) -> None:
    for _ in range(MAX_SUGGESTIONS + 2):
        PatientFactory(name="Ana Same")
    suggest_patients(desk.front, "ana", frozen_clock)  # the roles are read once a person
    with CaptureQueriesContext(connection) as queries:
        found = suggest_patients(desk.front, "ana", frozen_clock)

    assert (len(found), len(queries)) == (MAX_SUGGESTIONS, 1)
