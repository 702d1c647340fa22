"""Fields for text follow one rule: what nobody sees does not count, a line break counts once."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.test import RequestFactory

import articles.forms
import booking.forms
from articles.forms.comments import CommentForm
from booking.admin.site import admin_site
from booking.features.imports.queries.cells import CellError, read_contact
from booking.forms.desk.appointments import TeamNoteForm
from booking.forms.desk.patients import PatientForm
from booking.forms.public.about_you import PersonalDetailsForm
from booking.forms.public.contact import ContactForm
from booking.models import ClinicProfile, Patient
from clinic.lib.files.csv_reading import CsvRow
from clinic.lib.form_fields import (
    EmailField,
    MultilineField,
    NameField,
    PhoneField,
    SingleLineField,
)

HONEYPOTS = {"website"}
PACKAGES = ("articles.", "booking.features.", "booking.forms.admin.", "booking.forms.desk.",
            "booking.forms.public.")  # fmt: skip
"""Not the forms of signing in, whose fields are those of allauth."""
CODE_WIDGETS = (forms.HiddenInput, forms.PasswordInput)
FEATURE_FORMS = (
    "booking.features.imports.forms",
    "booking.features.onboarding.forms.rules",
    "booking.features.onboarding.forms.steps",
    "booking.features.reports.forms",
)


def _modules() -> Iterator[Any]:
    for package in (booking.forms, articles.forms):
        for found in walk_packages(package.__path__, f"{package.__name__}."):
            yield import_module(found.name)
    for name in FEATURE_FORMS:
        yield import_module(name)


def _form_fields() -> Iterator[tuple[str, forms.Field]]:
    """Yield the fields of all forms of the site, and of all forms of the back office."""
    for module in _modules():
        for form in vars(module).values():
            if getattr(form, "__module__", "").startswith(PACKAGES):
                for name, field in getattr(form, "declared_fields", {}).items():
                    yield f"{form.__name__}.{name}", field
    request = RequestFactory().get("/admin/")
    for model, model_admin in admin_site._registry.items():
        columns = (column for column in model._meta.fields if not column.is_relation)
        for column in columns:
            field = model_admin.formfield_for_dbfield(column, request)
            if field is not None and column.editable:
                yield f"{model.__name__}.{column.name}", field


def _rule(field: forms.Field) -> type[forms.Field] | tuple[type[forms.Field], ...] | None:
    """Return the classes that a field for text may have; None if it is not for text."""
    widget = field.widget
    codes = isinstance(field, forms.JSONField) or isinstance(widget, CODE_WIDGETS)
    if not isinstance(field, forms.CharField) or codes:
        return None
    if isinstance(field, forms.EmailField):
        return EmailField
    if isinstance(widget, forms.Textarea):
        return (MultilineField, SingleLineField)
    if type(field) is forms.CharField and getattr(widget, "input_type", "") != "search":
        return SingleLineField
    return None


def test_every_field_for_text_has_the_field_of_its_kind() -> None:
    fields = list(_form_fields())
    wrong = {
        name
        for name, field in fields
        if (rule := _rule(field)) and not isinstance(field, rule)
        if name.rpartition(".")[2] not in HONEYPOTS
    }

    assert wrong == set()
    assert len(fields) > 200


def test_every_phone_number_is_asked_by_the_same_rule() -> None:
    phones = {name for name, _field in _form_fields() if name.endswith("phone")}
    ours = {name for name, field in _form_fields() if isinstance(field, PhoneField)}

    assert phones == ours
    assert {"ClinicProfile.phone", "ClinicForm.phone", "PatientForm.phone"} <= ours
    assert {"PersonalDetailsForm.phone", "PhoneBookingForm.phone"} <= ours


def about_you(**more: str) -> PersonalDetailsForm:
    good = {"name": "Ana", "email": "ana@mail.example", "phone": "312 555 0142"}
    return PersonalDetailsForm(good | more)


@pytest.mark.parametrize("nothing", ["\u200b", " \u2060\u200b ", "\u3164", "-", "\u2019"])
def test_a_name_of_nothing_is_no_name(nothing: str) -> None:
    form = about_you(name=nothing)

    assert form.errors == {"name": ["Please tell us your name."]}
    with pytest.raises(CellError, match="name is empty"):
        read_contact(CsvRow(2, {"name": nothing, "phone": "312 555 0142"}))


def test_what_nobody_sees_is_left_out_at_the_ends() -> None:
    form = about_you(
        name="\u202dAna \u0645\u06cc\u200c\u062e\u202c",
        email="\u200bana@mail.example\u200b",
        phone="\u202d(312)\u00a0555-0142\u202c",
    )

    assert form.is_valid()
    details = form.details()
    assert details.name == "Ana \u0645\u06cc\u200c\u062e"
    assert (details.email, details.phone) == ("ana@mail.example", "(312)\u00a0555-0142")


@pytest.mark.parametrize(
    "phone",
    ["\u202d312-555-0142\u202c", "312\u2011555\u20130142", "+44 (0)20 7946 0958", "2345",
     "\uff13\uff11\uff12\uff15\uff15\uff15\uff10\uff11\uff14\uff12", "312 555 0142 ext. 12"],
)  # fmt: skip
def test_the_same_phone_numbers_pass_every_form_and_the_import(phone: str) -> None:
    from_a_file = read_contact(CsvRow(2, {"name": "Ana", "phone": phone}))
    at_the_desk = PatientForm({"name": "Ana", "phone": phone}, patient=Patient())

    assert about_you(phone=phone).is_valid()
    assert "phone" not in at_the_desk.errors
    assert from_a_file.phone == phone.strip("\u202d\u202c")


def test_a_number_that_a_spreadsheet_has_shortened_is_named_as_such() -> None:
    (sentence,) = about_you(phone="3.12555E+09").errors["phone"]
    assert "A spreadsheet has shortened this number" in sentence
    with pytest.raises(CellError, match=r"A spreadsheet has shortened the number to 3.12555E\+09"):
        read_contact(CsvRow(2, {"name": "Ana", "phone": "3.12555E+09"}))


@pytest.mark.parametrize(
    ("form", "name"),
    [(ContactForm, "message"), (CommentForm, "text"), (TeamNoteForm, "team_note"),
     (PersonalDetailsForm, "note")],
)  # fmt: skip
def test_a_line_break_counts_once(form: type[forms.Form], name: str) -> None:
    field = form.base_fields[name]
    assert isinstance(field, MultilineField)
    assert field.max_length is not None
    lines = field.max_length // 2 - 1
    text = "x\r\n" * lines + "ab"

    assert len(field.clean(text)) == field.max_length
    assert field.clean(text).count("\n") == lines
    with pytest.raises(ValidationError):
        field.clean(f"{text}c")


def test_the_names_of_things_in_the_back_office_are_one_line() -> None:
    model_admin = admin_site._registry[ClinicProfile]
    field = model_admin.formfield_for_dbfield(
        ClinicProfile._meta.get_field("name"), RequestFactory().get("/")
    )

    assert isinstance(field, SingleLineField)
    assert field.clean("\u200bQuiet Legs\u2060") == "Quiet Legs"
    assert issubclass(NameField, SingleLineField)
