"""Features register in the core, and their rows are moved when patients are merged."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.test.utils import isolate_apps

from booking.access.roles import ROLES_BY_ABILITY, Ability, register_ability
from booking.models import Patient, Role, User
from booking.notifications.kinds import all_kinds, register_kind
from booking.queries.appointments.invariants import CHECKS, check_invariants
from booking.registries import (
    doctor_checks,
    invariants,
    navigation,
    panels,
    patient_merge,
    setup_guide,
)
from clinic.lib import scheduled_jobs
from clinic.lib.dates import clock
from clinic.lib.scheduled_jobs import Job


@pytest.fixture(autouse=True)
def _empty_registries(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if no feature were installed, until the test registers one."""
    monkeypatch.setattr(doctor_checks, "_checks", [])
    monkeypatch.setattr(invariants, "_checks", {})
    monkeypatch.setattr(navigation, "_sections", dict(CORE_SECTIONS))
    monkeypatch.setattr(panels, "_panels", {page: [] for page in panels.Page})
    monkeypatch.setattr(setup_guide, "_links", {})


CORE_SECTIONS = {section.url_name: section for section in navigation.CORE_SECTIONS}
SECTION = navigation.Section("desk-notes", "Notes", "note", Ability.USE_DESK, order=35)


def feature_models() -> list[type[models.Model]]:
    """The models of all installed features."""
    return [
        model
        for config in apps.get_app_configs()
        if config.name.startswith("booking.features.")
        for model in config.get_models()
    ]


def models_without_merge_registration(candidates: Iterable[type[models.Model]]) -> list[str]:
    """Those that point to a patient and are in no registry of merges."""
    return [
        model._meta.label
        for model in candidates
        if any(field.related_model is Patient for field in model._meta.get_fields())
        and model not in patient_merge.models()
    ]


def make_model(name: str, *, points_to: type[models.Model] | None = None) -> type[models.Model]:
    """A model of the imports feature, with a foreign key `patient` to another one."""
    values: dict[str, Any] = {"__module__": "booking.features.imports.models"}
    if points_to is not None:
        key = models.ForeignKey(points_to, on_delete=models.CASCADE, related_name="+")
        values["patient"] = key
    return type(name, (models.Model,), values)


def no_faults(now: datetime) -> Iterator[str]:
    yield from ()


def all_is_well() -> Iterator[tuple[bool, str]]:
    yield True, "The card reader answers."


def test_every_model_of_a_feature_that_points_to_a_patient_follows_a_merge() -> None:
    assert feature_models() != []
    assert models_without_merge_registration(feature_models()) == []


@isolate_apps("booking.features.imports")
def test_an_unregistered_model_is_found() -> None:
    note, room = make_model("Note", points_to=Patient), make_model("Room")

    assert models_without_merge_registration([note, room]) == ["booking_imports.Note"]


@isolate_apps("booking.features.imports")
def test_only_a_model_with_a_patient_can_follow_one(monkeypatch: pytest.MonkeyPatch) -> None:
    note = make_model("Note", points_to=Patient)
    monkeypatch.setattr(patient_merge, "_models", [])
    patient_merge.register(note)
    patient_merge.register(note)
    with pytest.raises(ValueError, match="no foreign key"):
        patient_merge.register(make_model("Wrong", points_to=User))
    with pytest.raises(FieldDoesNotExist):
        patient_merge.register(make_model("Room"))

    assert patient_merge.models() == (note,)


def test_without_features_every_registry_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patient_merge, "_models", [])

    assert doctor_checks.checks() == []
    assert invariants.checks() == []
    assert setup_guide.links() == []
    assert patient_merge.models() == ()
    assert [panels.panels_of(page) for page in panels.Page] == [[] for page in panels.Page]
    assert navigation.sections() == list(navigation.CORE_SECTIONS)
    assert navigation.setup_section() is None


@pytest.mark.django_db
def test_without_features_the_core_still_checks_its_own() -> None:
    results = list(check_invariants(clock.now()))

    assert [result.title for result in results] == [title for title, _check in CHECKS]


def test_a_check_of_the_doctor_is_added_once() -> None:
    doctor_checks.register(all_is_well)
    doctor_checks.register(all_is_well)

    assert [check.function for check in doctor_checks.checks()] == [all_is_well]


def test_an_invariant_is_added_once() -> None:
    invariants.register("Notes", no_faults)
    invariants.register("Notes", no_faults)

    assert invariants.checks() == [("Notes", no_faults)]


def test_a_section_is_added_once_in_its_order() -> None:
    navigation.register(SECTION)
    navigation.register(SECTION)
    names = [section.url_name for section in navigation.sections()]

    assert names[2:5] == ["desk-book", "desk-notes", "desk-patients"]
    assert names.count("desk-notes") == 1


def test_two_sections_cannot_have_the_same_address() -> None:
    navigation.register(SECTION)
    other = navigation.Section("desk-notes", "Other", "sun", Ability.USE_DESK, order=36)
    with pytest.raises(ValueError, match="desk-notes"):
        navigation.register(other)


def test_a_panel_is_added_once_to_its_page() -> None:
    panel = panels.Panel("components/notice.html", lambda _request, _subject: None)
    panels.register(panels.Page.PATIENT, panel)
    panels.register(panels.Page.PATIENT, panel)

    assert panels.panels_of(panels.Page.PATIENT) == [panel]
    assert panels.panels_of(panels.Page.TODAY) == []


def test_a_link_of_the_set_up_guide_has_one_label() -> None:
    setup_guide.register("desk-notes", "Notes")
    setup_guide.register("desk-notes", "Notes")
    with pytest.raises(ValueError, match="desk-notes"):
        setup_guide.register("desk-notes", "Other")

    assert setup_guide.links() == [("desk-notes", "Notes")]


def test_an_ability_has_one_set_of_roles(monkeypatch: pytest.MonkeyPatch) -> None:
    owners, therapists = frozenset({Role.OWNER}), frozenset({Role.THERAPIST})
    monkeypatch.setitem(ROLES_BY_ABILITY, "read notes", owners)

    assert register_ability("read notes", owners) == "read notes"
    with pytest.raises(ValueError, match="read notes"):
        register_ability("read notes", therapists)


def test_a_kind_of_notification_and_a_job_have_one_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = next(all_kinds())
    monkeypatch.setattr(scheduled_jobs, "_jobs", {})
    scheduled_jobs.register_job(Job("count", "Count", lambda _now: 0))

    assert register_kind(kind) is kind
    with pytest.raises(ValueError, match=kind.name):
        register_kind(replace(kind))
    with pytest.raises(ValueError, match="count"):
        scheduled_jobs.register_job(Job("count", "Count", lambda _now: 1))
