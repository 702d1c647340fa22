"""Search patients by parts of a name, an e-mail address or a phone number.

Accents, apostrophes, hyphens and capitals do not matter. If nobody has such a name, people with a
similar one are found.
"""

from datetime import datetime
from itertools import islice

from django.db.models import Max, Min, Q, QuerySet

from booking.access.roles import AnyUser
from booking.access.scope import visible_patients
from booking.lifecycle import ACTIVE_BOOKING_STATUSES
from booking.models import Patient
from clinic.lib.text.phone_numbers import searched_digits, split_extension
from clinic.lib.text.search_text import normalize_text
from clinic.lib.text.similar_words import has_similar_words, max_wrong_letters, parts_to_search_for

MAX_WORDS = 8
MIN_DIGITS = 4
MAX_QUERY_LENGTH = 100
MIN_SUGGESTION_LETTERS, MAX_SUGGESTIONS = 2, 8
MAX_CANDIDATES, MAX_SIMILAR = 20_000, 100
"""How many patients are compared with a misspelled name, and how many are shown, at most."""


def search_patients(
    user: AnyUser, query: str, now: datetime, region: str = ""
) -> QuerySet[Patient]:
    """Return the patients visible to `user` who match, by name; all of them if `query` is empty.

    `region` is the clinic's country, by which a phone number without country code is understood.

    Each is annotated with `next_start` and `last_start`: the start of the next and of the last
    appointment, or None.
    """
    patients = visible_patients(user, now)
    matching = patients.filter(_matches(query, region))
    if query.strip() and not matching.exists():
        matching = _with_similar_names(patients, query)
    active = Q(appointments__status__in=ACTIVE_BOOKING_STATUSES)
    next_start = Min("appointments__starts_at", filter=active & Q(appointments__starts_at__gte=now))
    last_start = Max("appointments__starts_at", filter=active & Q(appointments__starts_at__lt=now))
    annotated = matching.annotate(next_start=next_start, last_start=last_start)
    return annotated.order_by("name", "pk")


def suggest_patients(user: AnyUser, query: str, now: datetime, region: str = "") -> list[Patient]:
    """Return the newest matches of a text that is being typed, at most MAX_SUGGESTIONS.

    None for texts of fewer than MIN_SUGGESTION_LETTERS letters.
    """
    if len(normalize_text(query)) < MIN_SUGGESTION_LETTERS:
        return []
    patients = visible_patients(user, now).order_by("-pk")
    return list(patients.filter(_matches(query, region))[:MAX_SUGGESTIONS]) or list(
        _with_similar_names(patients, query)[:MAX_SUGGESTIONS]
    )


def _matches(query: str, region: str) -> Q:
    """Return a condition: every word occurs, or the phone number contains the digits."""
    text = normalize_text(query[:MAX_QUERY_LENGTH])
    matches = Q()
    for word in text.split()[:MAX_WORDS]:
        matches &= Q(search_text__contains=word)
    number, _extension = split_extension(query[:MAX_QUERY_LENGTH])
    if not any(letter.isalpha() for letter in number):
        for digits in searched_digits(number, region):
            if len(digits) >= MIN_DIGITS:
                matches |= Q(search_text__contains=digits)
    return matches


def _with_similar_names(patients: QuerySet[Patient], query: str) -> QuerySet[Patient]:
    """Return the patients in whose search text every word, or a similar one, occurs.

    Compared in Python, so that the result is the same on all databases. Two queries.
    """
    words = normalize_text(query[:MAX_QUERY_LENGTH]).split()[:MAX_WORDS]
    if not any(max_wrong_letters(word) for word in words):
        return patients.none()
    candidates = Q()
    for word in words:
        has_any_part = Q(pk__in=())
        for part in parts_to_search_for(word):
            has_any_part |= Q(search_text__contains=part)
        candidates &= has_any_part
    rows = patients.filter(candidates).order_by("-pk").values_list("pk", "search_text")
    similar = (pk for pk, text in rows[:MAX_CANDIDATES] if has_similar_words(words, text))
    return patients.filter(pk__in=list(islice(similar, MAX_SIMILAR)))
