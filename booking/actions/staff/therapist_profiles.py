"""Give a member of staff who is a therapist the one public profile that is theirs."""

from django.utils.text import slugify

from booking.errors import ProfileTaken
from booking.inputs import ProfileChoice
from booking.models import Therapist, User
from booking.queries.staff.therapist_profiles import find_profile_of


def ensure_therapist_profile(user: User, choice: ProfileChoice) -> Therapist:
    """Return the profile of a user, who has at most one; connect or create it if there is none.

    A new profile has neither offers nor hours, so that it cannot be booked yet. Raises
    ProfileTaken if the chosen one belongs to somebody else. Call it in a transaction.
    """
    own = Therapist.objects.filter(user=user).first()
    if own is not None:
        return own
    found = choice.existing
    if found is None and not choice.new:
        match = find_profile_of(user.name, user.email)
        found = match.pk if match else None
    return _create(user) if found is None else _connect(user, found)


def free_slug(name: str) -> str:
    """Return an address for a profile that no other therapist has."""
    base_slug = slugify(name)[:70] or "therapist"
    used_slugs = set(
        Therapist.objects.filter(slug__startswith=base_slug).values_list("slug", flat=True)
    )
    numbered = (f"{base_slug}-{number}" for number in range(2, len(used_slugs) + 3))
    return next(slug for slug in (base_slug, *numbered) if slug not in used_slugs)


def _connect(user: User, profile: int) -> Therapist:
    therapist = Therapist.objects.select_for_update(of=("self",)).get(pk=profile)
    if therapist.user_id is not None:
        raise ProfileTaken()
    therapist.user = user
    therapist.save(update_fields=["user"])
    user.name = user.name or therapist.name
    return therapist


def _create(user: User) -> Therapist:
    name = user.name or user.email.partition("@")[0]
    return Therapist.objects.create(user=user, name=name[:120], slug=free_slug(name))
