"""No model that points at a patient or an account is forgotten in the copy of a person's data."""

from collections.abc import Iterable

from django.apps import apps
from django.db.models import Model

from booking.models import Patient, User
from booking.queries.patients.export_parts import email_parts, export_parts, left_out


def models_that_point_at(targets: Iterable[type[Model]]) -> set[type[Model]]:
    """Return the models with a foreign key to one of these."""
    wanted = set(targets)
    return {
        model
        for model in apps.get_models()
        if any(
            field.is_relation and field.related_model in wanted
            for field in model._meta.local_fields
        )
    }


def models_of_people() -> set[type[Model]]:
    """Return what points at an account, and what leads to a patient over any number of keys."""
    reached: set[type[Model]] = {Patient}
    while new := models_that_point_at(reached) - reached:
        reached |= new
    return reached | models_that_point_at([User]) | {User}


def exported_models() -> set[type[Model]]:
    parts = [*export_parts(), *email_parts()]
    return {model for part in parts for model in part.models}


def test_every_model_is_in_the_copy_or_left_out_with_a_reason() -> None:
    missing = models_of_people() - exported_models() - left_out().keys()

    assert len(models_of_people()) > 30
    assert sorted(model._meta.label for model in missing) == []


def test_nothing_is_both_in_the_copy_and_left_out() -> None:
    assert exported_models() & left_out().keys() == set()
    assert all(reason.endswith(".") for reason in left_out().values())
