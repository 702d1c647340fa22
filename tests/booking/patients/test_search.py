"""Searching patients by name, phone or e-mail."""

from collections.abc import Callable
from importlib import import_module

import pytest
from django.apps import apps

from booking.models import Patient, Role, User
from booking.queries.patients.search import search_patients, suggest_patients
from clinic.lib.dates import clock
from tests import factories as make
from tests.people import member

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
Found = Callable[[str], list[str]]


@pytest.fixture
def desk() -> User:
    return member(Role.FRONTDESK, app=False)


@pytest.fixture
def found(desk: User) -> Found:
    make.PatientFactory(name="Zoë Müller", email="zm@mail.example", phone="+1 312-555-0142")
    make.PatientFactory(name="Søren Łukasz", email="soren@mail.example", phone="0773 555 019")
    make.PatientFactory(name="Ana Reader", email="ana@reader.example", phone="(312) 555 0199")

    def names(words: str) -> list[str]:
        return [row.name for row in search_patients(desk, words, clock.now())]

    return names


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("zoe", ["Zoë Müller"]),
        ("ZOË", ["Zoë Müller"]),
        ("mull zo", ["Zoë Müller"]),
        ("soren lukasz", ["Søren Łukasz"]),
        ("reader.example", ["Ana Reader"]),
        ("312 555-0142", ["Zoë Müller"]),
        ("+1 (312) 555 0142", ["Zoë Müller"]),
        ("0142", ["Zoë Müller"]),
        ("773555", ["Søren Łukasz"]),
        ("555 0", ["Ana Reader", "Søren Łukasz", "Zoë Müller"]),
        ("nobody at all", []),
        ("100%", []),
        ("___", []),
        ("  ", ["Ana Reader", "Søren Łukasz", "Zoë Müller"]),
        ("zoe\0", ["Zoë Müller"]),
        ("z" * 100_000, []),
    ],
)
def test_patients_are_found_by_parts_without_accents_and_by_digits(
    words: str, names: list[str], found: Found
) -> None:
    assert found(words) == names


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Zoe Mueler", "Zoë Müller"),
        ("Hofman", "Jan Hoffman"),
        ("hoffmann", "Jan Hoffman"),
        ("O'Brien", "Nora O\u2019Brien"),
        ("O\u2019Brien", "Nora O\u2019Brien"),
        ("obrien", "Nora O\u2019Brien"),
        ("obrian", "Nora O\u2019Brien"),
        ("anne marie", "Anne\u2011Marie Leroy"),
        ("anne-marie", "Anne\u2011Marie Leroy"),
        ("annemarie", "Anne\u2011Marie Leroy"),
        ("13125550142", "Zoë Müller"),
        ("+1 (312) 555-0142", "Zoë Müller"),
        ("312 555 0142 ext. 3", "Zoë Müller"),
    ],
)
def test_people_are_found_however_they_are_spelt(words: str, name: str, desk: User) -> None:
    make.PatientFactory(name="Zoë Müller", email="", phone="(312) 555-0142")
    make.PatientFactory(name="Jan Hoffman", email="", phone="312 555 0199")
    make.PatientFactory(name="Nora O\u2019Brien", email="", phone="")
    make.PatientFactory(name="Anne\u2011Marie Leroy", email="", phone="")
    make.PatientFactory(name="Xaver Quist", email="", phone="+49 30 901820")

    assert [row.name for row in search_patients(desk, words, clock.now(), "US")] == [name]
    assert [row.name for row in suggest_patients(desk, words, clock.now(), "US")] == [name]


def test_an_upgrade_writes_the_search_text_again(desk: User) -> None:
    row = make.PatientFactory(name="Nora O\u2019Brien", email="n@mail.example", phone="x1")
    Patient.objects.update(search_text="nora o\u2019brien n@mail.example ", phone="+44 (0)20 7946")

    import_module("booking.migrations.0023_search_text_again").write_search_text(apps, None)

    row.refresh_from_db()
    assert row.search_text == "nora obrien n@mail.example 440207946"
    assert [found.pk for found in search_patients(desk, "O'Brien", clock.now())] == [row.pk]


def test_a_corrected_name_is_found_at_once(desk: User) -> None:
    row = make.PatientFactory(name="Ada")
    row.name = "Grace"
    row.save()

    assert [patient.name for patient in search_patients(desk, "grace", clock.now())] == ["Grace"]
    assert list(search_patients(desk, "ada", clock.now())) == []


def test_rows_written_in_bulk_are_found_too(desk: User) -> None:
    Patient.objects.bulk_create([Patient(name="Élodie", email="", phone="555 01234")])

    assert [patient.name for patient in search_patients(desk, "elodie", clock.now())] == ["Élodie"]


def test_a_therapist_finds_own_patients_only() -> None:
    user = member(Role.THERAPIST, app=False)
    own = make.AppointmentFactory(therapist=user.therapist).patient
    make.AppointmentFactory()

    assert list(search_patients(user, "", clock.now())) == [own]
