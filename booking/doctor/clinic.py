"""The clinic's data: what keeps patients from booking, and what cannot be read."""

from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from booking.access.second_factor import count_unreadable_secrets
from booking.models import ClinicProfile
from booking.queries.appointments.held_calendar import find_held_calendar
from booking.queries.availability.openings import OPENING_DAYS
from booking.queries.catalogue import bookable_treatments
from booking.queries.health.status import get_active_questionnaire
from clinic.lib.cache_probe import cache_keeps_values
from clinic.lib.crypto.unreadable import count_unreadable
from clinic.lib.dates import clock


def check_clinic() -> Iterator[tuple[bool, str]]:
    """Check that there is a clinic that can be booked."""
    clinic = ClinicProfile.current()
    guide = "Sign in as owner: /desk/setup/ leads through it."
    yield (
        clinic is not None,
        f"The clinic is {clinic}." if clinic else f"No clinic is set up yet. {guide}",
    )
    treatments = len(bookable_treatments())
    yield (
        treatments > 0,
        f"{treatments} treatments can be booked." + ("" if treatments else f" {guide}"),
    )


def check_screening() -> Iterator[tuple[bool, str]]:
    """Check that a clinician has signed the health questions."""
    if get_active_questionnaire() is None:
        yield (
            False,
            "No clinician has signed the health questions as they are now: patients cannot book "
            "online. Let one read and sign them in the back office (Signatures under the health "
            "questions).",
        )
    else:
        yield (
            True,
            "The health questions are signed."
            if settings.PRODUCTION
            else ("Outside production the health questions need no signature."),
        )


def check_encrypted_values() -> Iterator[tuple[bool, str]]:
    """Count, by table, the values that cannot be decrypted."""
    unreadable = [(model._meta.verbose_name_plural, rows) for model, rows in count_unreadable()]
    unreadable.append((_("second factors"), count_unreadable_secrets()))
    for name, rows in unreadable:
        if rows:
            yield (
                False,
                f"{rows} {name} have values that no key in FIELD_KEYS reads. Is an older key "
                "missing? Add it to the end of FIELD_KEYS.",
            )
    yield True, "Encrypted values were read."


def check_held_calendar() -> Iterator[tuple[bool, str]]:
    """Check whether holds of visitors take a large share of the calendar."""
    clinic, now = ClinicProfile.current(), clock.now()
    held = find_held_calendar(clinic, now) if clinic is not None else None
    if held is not None:
        yield (
            False,
            f"Visitors without an appointment hold {held.percent}% of the times of the next "
            f"{OPENING_DAYS} days: {held.holds} times, from {held.networks} networks, since "
            f"{held.since:%Y-%m-%d %H:%M} UTC. The holds run out by themselves; if they come back, "
            "let your proxy refuse those networks.",
        )
    else:
        yield True, "The calendar is not being held by visitors."


def check_cache() -> Iterator[tuple[bool, str]]:
    """Check that a value written to the cache can be read back."""
    how = "Check that it runs, and CACHE_URL."
    try:
        is_kept = cache_keeps_values()
    except Exception as error:  # noqa: BLE001  # each kind of cache raises errors of its own
        yield False, f"The cache does not answer ({type(error).__name__}). {how}"
    else:
        yield is_kept, "The cache works." if is_kept else f"The cache keeps nothing. {how}"
