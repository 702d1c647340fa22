"""Therapist profiles that nobody signs in to yet, and whose they may be."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.text import slugify

from booking.models import Therapist
from clinic.lib.text.search_text import normalize_text


def profiles_without_sign_in() -> QuerySet[Therapist]:
    """Return the therapists whose profile belongs to no user, in list order."""
    return Therapist.objects.filter(user=None)


def has_profile(email: str) -> bool:
    """Whether the user with this e-mail address (lower case) has a therapist profile."""
    return Therapist.objects.filter(user__email=email).exists()


def find_profile_of(name: str, email: str) -> Therapist | None:
    """Return the only profile without sign-in that has this name or address, or None.

    The address of a profile is its slug; of an e-mail address it is the part before the @.
    """
    names = {normalize_text(name)} - {""}
    address = slugify(email.partition("@")[0].replace(".", "-"))
    return _only(
        profile
        for profile in profiles_without_sign_in()
        if normalize_text(profile.name) in names or profile.slug == address
    )


def propose_profile(name: str, email: str) -> Therapist | None:
    """Return the profile that is most probably theirs, for somebody to confirm, or None.

    Besides `find_profile_of`, a first name is enough if only one profile has it.
    """
    first_names = {
        normalize_text(name).partition(" ")[0],
        normalize_text(email.partition("@")[0].partition(".")[0]),
    } - {""}
    return find_profile_of(name, email) or _only(
        profile
        for profile in profiles_without_sign_in()
        if normalize_text(profile.name).partition(" ")[0] in first_names
    )


def _only(profiles: Iterable[Therapist]) -> Therapist | None:
    """Return the profile if there is exactly one."""
    found = list(profiles)
    return found[0] if len(found) == 1 else None
