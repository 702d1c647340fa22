"""Patients, found by what the desk has heard: parts of a name, an e-mail, a phone number.

Accents and capitals do not matter. On PostgreSQL names that are spelt wrong are found too.
"""

from datetime import datetime

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection
from django.db.models import Max, Min, Q, QuerySet

from booking.access.roles import Person
from booking.access.scope import patients_of
from booking.lifecycle import KEPT
from booking.models import Patient
from clinic.lib.text.search_text import digits_of, fold

MOST_WORDS = 8
FEWEST_DIGITS = 4
LONGEST = 100
TELLING_DIGITS = 8
"""The end of a phone number, which is the same with and without a country code."""
MOST_DOUBLES = 5
ALIKE = 0.45
"""How much of a word's trigrams must be there: one or two wrong letters in a name."""


def search_patients(user: Person, words: str, now: datetime) -> QuerySet[Patient]:
    """Those of the person's patients who fit, by name; everybody where nothing was asked for.

    Each with `next_start` and `last_start`: when they come next, and when they came last.
    """
    mine = patients_of(user, now)
    found = mine.filter(_fits(words))
    if words.strip() and connection.vendor == "postgresql" and not found.exists():
        found = _spelt_alike(mine, words)
    theirs = Q(appointments__status__in=KEPT)
    coming = Min("appointments__starts_at", filter=theirs & Q(appointments__starts_at__gte=now))
    last = Max("appointments__starts_at", filter=theirs & Q(appointments__starts_at__lt=now))
    return found.annotate(next_start=coming, last_start=last).order_by("name", "pk")


def _fits(words: str) -> Q:
    """Every word is in it somewhere; or all of it is a piece of a phone number."""
    text = fold(words[:LONGEST])
    fits = Q()
    for word in text.split()[:MOST_WORDS]:
        fits &= Q(found_by__contains=word)
    digits = digits_of(text).lstrip("0")
    if len(digits) >= FEWEST_DIGITS and not any(letter.isalpha() for letter in text):
        fits |= Q(found_by__contains=digits)
    return fits


def _spelt_alike(patients: QuerySet[Patient], words: str) -> QuerySet[Patient]:
    text = fold(words[:LONGEST])
    return patients.annotate(alike=TrigramWordSimilarity(text, "found_by")).filter(alike__gt=ALIKE)


def doubles_of(user: Person, patient: Patient, now: datetime) -> list[Patient]:
    """Those of the person's patients who may be the same: by name, e-mail or phone number."""
    same = Q(name__iexact=patient.name)
    if patient.email:
        same |= Q(email__iexact=patient.email)
    digits = digits_of(patient.phone)
    if len(digits) >= TELLING_DIGITS:
        same |= Q(found_by__endswith=digits[-TELLING_DIGITS:])
    found = patients_of(user, now).filter(same).exclude(pk=patient.pk)
    return list(found.order_by("name", "pk")[:MOST_DOUBLES])
