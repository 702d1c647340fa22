"""Patients, found by what somebody says on the phone; and those who look like somebody new."""

from datetime import datetime

from django.db.models import F, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Replace

from booking.access.roles import AnyUser
from booking.access.scope import visible_patients
from booking.inputs import PersonalDetails
from booking.models import Patient

MAX_RESULTS = 8
MIN_LETTERS, MIN_DIGITS = 2, 4
SIGNIFICANT_PHONE_DIGITS = 8
"""The end of a phone number, which is the same with and without a country code."""


def suggest_patients(user: AnyUser, words: str, now: datetime) -> list[Patient]:
    """Those of the person's patients whose name holds every word, or whose phone number or
    e-mail holds what was typed; the newest first, at most SHOWN. One query."""
    words = " ".join(words.split())
    digits = "".join(character for character in words if character.isdecimal())
    if len(words) < MIN_LETTERS:
        return []
    named = Q()
    for word in words.split():
        named &= Q(name__icontains=word)
    matches = named | Q(email__icontains=words)
    if len(digits) >= MIN_DIGITS and not any(character.isalpha() for character in words):
        matches |= Q(digits__contains=digits)
    return list(
        _with_digits(visible_patients(user, now)).filter(matches).order_by("-pk")[:MAX_RESULTS]
    )


def find_similar_patients(user: AnyUser, details: PersonalDetails, now: datetime) -> list[Patient]:
    """Those of the person's patients with the same name, e-mail or phone number, however they
    are written. One query."""
    same = Q(name__iexact=" ".join(details.name.split()))
    if details.email:
        same |= Q(email__iexact=details.email)
    digits = "".join(character for character in details.phone if character.isdecimal())
    if len(digits) >= SIGNIFICANT_PHONE_DIGITS:
        same |= Q(digits__endswith=digits[-SIGNIFICANT_PHONE_DIGITS:])
    return list(
        _with_digits(visible_patients(user, now)).filter(same).order_by("-pk")[:MAX_RESULTS]
    )


def _with_digits(patients: "QuerySet[Patient]") -> "QuerySet[Patient]":
    """With the phone number as it would be dialled."""
    digits: Combinable = F("phone")
    for character in " -()./+":
        digits = Replace(digits, Value(character), Value(""))
    return patients.alias(digits=digits)
