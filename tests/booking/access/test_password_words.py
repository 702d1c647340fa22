"""Passwords made of words that anybody would try first at this clinic."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from pytest_django import Settings

from booking.models import ClinicProfile


@pytest.fixture
def lakeside(clinic: None, settings: Settings) -> None:
    """A clinic with a name and an address of its own."""
    settings.BASE_URL = "https://lakebook.example"
    ClinicProfile.objects.update(name="Lakeside Massage & Yoga")


@pytest.mark.parametrize(
    "password",
    [
        "Lakeside-Massage",
        "massagetherapist",
        "YogaLakeside2026!",
        "lakebook.example1",
        "Welcome-Owner-26",
    ],
)
def test_words_of_the_clinic_and_its_work_are_no_password(password: str, lakeside: None) -> None:
    with pytest.raises(ValidationError) as error:
        validate_password(password)

    assert "password_of_clinic_words" in {found.code for found in error.value.error_list}


@pytest.mark.parametrize(
    "password", ["correct horse battery", "lakeside heron marble owl", "Ω" * 64]
)
def test_other_words_beside_them_are_enough(password: str, lakeside: None) -> None:
    validate_password(password)


def test_before_there_is_a_clinic_the_words_of_the_trade_count() -> None:
    ClinicProfile.objects.all().delete()
    with pytest.raises(ValidationError):
        validate_password("massage-clinic")
