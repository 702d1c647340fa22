"""Patients, found by what the desk has heard: parts of a name, an e-mail, a phone number.

Accents and capitals do not matter. On PostgreSQL names that are spelt wrong are found too.
"""

from datetime import datetime

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection
from django.db.models import Max, Min, Q, QuerySet

from booking.access.roles import AnyUser
from booking.access.scope import visible_patients
from booking.lifecycle import ACTIVE_BOOKING_STATUSES
from booking.models import Patient
from clinic.lib.text.search_text import digits_only, normalize_text

MAX_WORDS = 8
MIN_DIGITS = 4
MAX_QUERY_LENGTH = 100
SIGNIFICANT_PHONE_DIGITS = 8
"""The end of a phone number, which is the same with and without a country code."""
MAX_DUPLICATES = 5
MIN_SIMILARITY = 0.45
"""How much of a word's trigrams must be there: one or two wrong letters in a name."""


def search_patients(user: AnyUser, words: str, now: datetime) -> QuerySet[Patient]:
    """Those of the person's patients who fit, by name; everybody where nothing was asked for.

    Each with `next_start` and `last_start`: when they come next, and when they came last.
    """
    mine = visible_patients(user, now)
    found = mine.filter(_fits(words))
    if words.strip() and connection.vendor == "postgresql" and not found.exists():
        found = _spelt_alike(mine, words)
    theirs = Q(appointments__status__in=ACTIVE_BOOKING_STATUSES)
    coming = Min("appointments__starts_at", filter=theirs & Q(appointments__starts_at__gte=now))
    last = Max("appointments__starts_at", filter=theirs & Q(appointments__starts_at__lt=now))
    return found.annotate(next_start=coming, last_start=last).order_by("name", "pk")


def _fits(words: str) -> Q:
    """Every word is in it somewhere; or all of it is a piece of a phone number."""
    text = normalize_text(words[:MAX_QUERY_LENGTH])
    fits = Q()
    for word in text.split()[:MAX_WORDS]:
        fits &= Q(search_text__contains=word)
    digits = digits_only(text).lstrip("0")
    if len(digits) >= MIN_DIGITS and not any(letter.isalpha() for letter in text):
        fits |= Q(search_text__contains=digits)
    return fits


def _spelt_alike(patients: QuerySet[Patient], words: str) -> QuerySet[Patient]:
    text = normalize_text(words[:MAX_QUERY_LENGTH])
    return patients.annotate(alike=TrigramWordSimilarity(text, "search_text")).filter(
        alike__gt=MIN_SIMILARITY
    )


def possible_duplicates_of(user: AnyUser, patient: Patient, now: datetime) -> list[Patient]:
    """Those of the person's patients who may be the same: by name, e-mail or phone number."""
    same = Q(name__iexact=patient.name)
    if patient.email:
        same |= Q(email__iexact=patient.email)
    digits = digits_only(patient.phone)
    if len(digits) >= SIGNIFICANT_PHONE_DIGITS:
        same |= Q(search_text__endswith=digits[-SIGNIFICANT_PHONE_DIGITS:])
    found = visible_patients(user, now).filter(same).exclude(pk=patient.pk)
    return list(found.order_by("name", "pk")[:MAX_DUPLICATES])
