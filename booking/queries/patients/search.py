"""Search patients by parts of a name, an e-mail address or a phone number.

Accents and capitals do not matter. On PostgreSQL misspelt names are found too.
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
MIN_SUGGESTION_LETTERS, MAX_SUGGESTIONS = 2, 8
MIN_SIMILARITY = 0.45
"""Share of a word's trigrams that must occur: allows one or two wrong letters in a name."""


def search_patients(user: AnyUser, query: str, now: datetime) -> QuerySet[Patient]:
    """Return the patients visible to `user` who match, by name; all of them if `query` is empty.

    Each is annotated with `next_start` and `last_start`: the start of the next and of the last
    appointment, or None.
    """
    patients = visible_patients(user, now)
    matching = patients.filter(_matches(query))
    if query.strip() and connection.vendor == "postgresql" and not matching.exists():
        matching = _with_similar_names(patients, query)
    active = Q(appointments__status__in=ACTIVE_BOOKING_STATUSES)
    next_start = Min("appointments__starts_at", filter=active & Q(appointments__starts_at__gte=now))
    last_start = Max("appointments__starts_at", filter=active & Q(appointments__starts_at__lt=now))
    annotated = matching.annotate(next_start=next_start, last_start=last_start)
    return annotated.order_by("name", "pk")


def suggest_patients(user: AnyUser, query: str, now: datetime) -> list[Patient]:
    """Return the newest matches while somebody types, at most MAX_SUGGESTIONS. One query.

    Fewer than MIN_SUGGESTION_LETTERS letters match nobody.
    """
    if len(normalize_text(query)) < MIN_SUGGESTION_LETTERS:
        return []
    return list(
        visible_patients(user, now).filter(_matches(query)).order_by("-pk")[:MAX_SUGGESTIONS]
    )


def _matches(query: str) -> Q:
    """Match patients in whom every word occurs, or whose phone number contains all the digits."""
    text = normalize_text(query[:MAX_QUERY_LENGTH])
    matches = Q()
    for word in text.split()[:MAX_WORDS]:
        matches &= Q(search_text__contains=word)
    digits = digits_only(text).lstrip("0")
    if len(digits) >= MIN_DIGITS and not any(letter.isalpha() for letter in text):
        matches |= Q(search_text__contains=digits)
    return matches


def _with_similar_names(patients: QuerySet[Patient], query: str) -> QuerySet[Patient]:
    text = normalize_text(query[:MAX_QUERY_LENGTH])
    return patients.annotate(similarity=TrigramWordSimilarity(text, "search_text")).filter(
        similarity__gt=MIN_SIMILARITY
    )
