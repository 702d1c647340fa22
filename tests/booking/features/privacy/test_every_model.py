"""No model that points at a patient or an account is forgotten in the copy or the erasure."""

import ast
import inspect
import sys
from collections.abc import Iterable, Mapping

from django.apps import apps
from django.db.models import CharField, Model, TextField

from booking.actions.patients.erasure_parts import erasure_parts, staying_models
from booking.models import Patient, User
from booking.queries.patients.export_parts import (
    TEAM_NOTES,
    email_parts,
    export_parts,
    left_out,
)

COLUMNS_LEFT_OUT: Mapping[str, str] = {
    "Appointment.browser_key": "A random key of the browser that held the time.",
    "Appointment.draft": "What was typed before it was booked; deleted with the booking.",
    "Appointment.override": "Which rule of the clinic staff set aside.",
    "AuditEntry.area": "Where an entry belongs; the copy has it as a sentence.",
    "AuditEntry.email_hash": "A keyed hash, by which entries are found.",
    "AuditEntry.ip_address": "The network address of whoever did it, in most entries of the team.",
    "AuditEntry.object_type": "A part of the key of a row; the copy has the name of the object.",
    "AuditEntry.once_key": "A key, by which an entry is written once.",
    "Authenticator.type": "The kind of a second factor; passkeys are in the copy by their names.",
    "CalendarFeed.token_hash": "A hash of a secret link.",
    "LedgerEntry.key": "An internal key, by which an entry is recorded once.",
    "ProxyInvitation.token_hash": "A hash of a secret link.",
    "Comment.email": "The address under which the copy was asked for.",
    "Notification.failure": "The kind of error of a mail server.",
    "Notification.key": "An internal key, by which a mail is sent once.",
    "Notification.lease": "Which worker is sending it.",
    "Notification.mailbox": "The address again, written in one way.",
    "Notification.message_id": "The technical id of a mail.",
    "Notification.problem": "What a mail server answered.",
    "Notification.to_name": "The name, which is in the copy as that of the person.",
    "Patient.search_text": "Name, address and phone number again, for the search.",
    "ProxyEnd.side": "Which of the two sides ended it.",
    "User.password": "A hash.",
    "UserSession.row_key": "An internal key.",
    "Patient.own_email": "Empty, or the same as the address, which is in the copy.",
}
"""Text columns of models in the copy that are not in it, with the reasons."""


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


def words_in_parts(model: type[Model]) -> set[str]:
    """Return the attributes and strings in the modules whose parts export a model."""
    parts = [*export_parts(), TEAM_NOTES, *email_parts()]
    modules = {part.rows.__module__ for part in parts if model in part.models}
    words: set[str] = set()
    for module in modules:
        for node in ast.walk(ast.parse(inspect.getsource(sys.modules[module]))):
            if isinstance(node, ast.Attribute):
                words.add(node.attr.removeprefix("get_").removesuffix("_display"))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                words.add(node.value)
    return words


def test_every_text_column_is_in_the_copy_or_left_out_with_a_reason() -> None:
    missing = {
        f"{model.__name__}.{field.name}"
        for model in exported_models()
        for field in model._meta.concrete_fields
        if isinstance(field, CharField | TextField) and field.name not in words_in_parts(model)
    }

    assert sorted(missing - COLUMNS_LEFT_OUT.keys()) == [], (
        "Add the column to its part (for the core: booking/queries/patients/export_parts.py), or "
        "to COLUMNS_LEFT_OUT with a reason."
    )
    assert sorted(COLUMNS_LEFT_OUT.keys() - missing) == [], "Remove what is exported or gone."


def test_nothing_is_both_in_the_copy_and_left_out() -> None:
    assert exported_models() & left_out().keys() == set()
    assert all(reason.endswith(".") for reason in left_out().values())


def erased_models() -> set[type[Model]]:
    return {model for part in erasure_parts() for model in part.models}


def test_every_model_is_erased_or_stays_with_a_reason() -> None:
    missing = models_of_people() - erased_models() - staying_models().keys()

    assert sorted(model._meta.label for model in missing) == []


def test_nothing_is_both_erased_and_stays() -> None:
    assert erased_models() & staying_models().keys() == set()
    assert all(str(reason).endswith(".") for reason in staying_models().values())
