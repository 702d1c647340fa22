"""Every field that a rule reads can be set by the clinic, in some form."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import models
from django.test import RequestFactory

from articles.models import ArticleSettings
from booking.admin.site import admin_site
from booking.forms.admin.notification_text import NotificationSettingsForm
from booking.forms.admin.therapist import TherapistForm
from booking.forms.desk.hours import DateExceptionForm, WeeklyHoursForm
from booking.forms.desk.time_off import ClosureForm, TimeOffForm
from booking.models import (
    AccommodationRule,
    ClinicProfile,
    Closure,
    DateException,
    DateExceptionSpan,
    Offer,
    OpeningHours,
    Option,
    Role,
    Room,
    RoomKind,
    ScreeningSignature,
    Therapist,
    TimeOff,
    Treatment,
    WeeklyHours,
)
from booking.screening.outcomes import Pressure
from tests.people import member

MODELS_OF_RULES: tuple[type[models.Model], ...] = (
    AccommodationRule, ArticleSettings, ClinicProfile, Closure, DateException, DateExceptionSpan,
    Offer, OpeningHours, Option, Room, RoomKind, ScreeningSignature, Therapist, TimeOff, Treatment,
    WeeklyHours,
)  # fmt: skip
"""What a clinic decides, and what availability, prices, screening and mails are computed from."""

OTHER_FORMS: dict[str, Any] = {
    "ClinicProfile.reminder_hours": NotificationSettingsForm,
    "ClinicProfile.thank_you_mail": NotificationSettingsForm,
    "Offer.option": TherapistForm,
    "Offer.therapist": TherapistForm,
}
"""Fields that have a form of their own."""

FORMS_OF_MODELS: dict[type[models.Model], Any] = {
    Closure: ClosureForm,
    DateException: DateExceptionForm,
    DateExceptionSpan: DateExceptionForm,
    TimeOff: TimeOffForm,
    WeeklyHours: WeeklyHoursForm,
}
"""Models of which the desk writes whole rows: each column comes from one form."""

NOT_DECIDED_BY_THE_CLINIC = {
    "Option.treatment",  # the treatment on whose page it is
    "ScreeningSignature.recorded_by",  # who was signed in
    "Therapist.user",  # comes with an invitation
}


def _fields_in_the_back_office(request: Any) -> Iterator[str]:
    for model, model_admin in admin_site._registry.items():
        yield from _writable(model, model_admin, request)
        for inline in model_admin.get_inline_instances(request):
            yield from _writable(inline.model, inline, request)


def _writable(model: type[models.Model], options: Any, request: Any) -> Iterator[str]:
    names = options.get_fieldsets(request)
    readonly = set(options.get_readonly_fields(request))
    for _title, fieldset in names:
        for name in fieldset["fields"]:
            for each in (name,) if isinstance(name, str) else name:
                if each not in readonly:
                    yield f"{model.__name__}.{each}"


def _decided(model: type[models.Model]) -> Iterator[str]:
    for field in model._meta.fields:
        if field.editable and not field.auto_created:
            yield f"{model.__name__}.{field.name}"


@pytest.mark.django_db
def test_every_field_that_a_rule_reads_is_in_a_form() -> None:
    request = RequestFactory().get("/admin/")
    request.user = member(Role.OWNER)
    written = set(_fields_in_the_back_office(request)) | set(OTHER_FORMS)
    decided = {
        name
        for model in MODELS_OF_RULES
        if model not in FORMS_OF_MODELS
        for name in _decided(model)
    }

    assert decided - written - NOT_DECIDED_BY_THE_CLINIC == set(), (
        "Put the field into its form of the back office; if another form sets it, list it in "
        "OTHER_FORMS (tests/test_rules_have_forms.py)."
    )
    assert "Treatment.pressure" in decided
    assert all(hasattr(form, "base_fields") for form in FORMS_OF_MODELS.values())


def test_the_firmness_of_a_treatment_is_asked_in_plain_words() -> None:
    field: Any = Treatment._meta.get_field("pressure")

    assert [value for value, _label in field.choices] == list(Pressure)
    assert field.help_text
