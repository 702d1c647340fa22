"""Sign-ins of the demo's team, with a password that everybody may know. Only ever in the demo."""

from django.contrib.auth.hashers import make_password
from django.db import transaction

from booking.actions.staff.accounts import make_staff
from booking.demo import content
from booking.models import ClinicProfile, Role, Therapist, User

PASSWORD = "quiet-legs-by-the-lake"  # noqa: S105  # printed by `make run`
HOST = content.PROFILE["email"].partition("@")[2]
OFFICE = (
    ("owner", "Ingrid Solberg", Role.OWNER),
    ("frontdesk", "Sam Porter", Role.FRONTDESK),
    ("editor", "Lena Fischer", Role.EDITOR),
)
"""Who has no treatments: the name before the @, the name, the role."""


def is_demo_sign_in(user: User) -> bool:
    """Whether everybody may know this account's password. Nobody else has such an address."""
    return user.email.endswith(f"@{HOST}")


@transaction.atomic
def make_demo_team() -> list[User]:
    """Everybody who is not there yet; who is there keeps password and roles. Returns the new.

    Nobody at all where another clinic than the demo's is: whatever DEMO says, it may be real.
    """
    if not ClinicProfile.objects.filter(email=content.PROFILE["email"]).exists():
        return []
    known = set(User.objects.values_list("email", flat=True))
    made = [
        make_staff(_address(word), [role], name=name)
        for word, name, role in OFFICE
        if _address(word) not in known
    ]
    for therapist in Therapist.objects.filter(name__in=_names(), user=None):
        if (address := _address(_first_name(therapist.name))) not in known:
            therapist.user = User.objects.create_user(address, name=therapist.name)
            therapist.save()
            made.append(make_staff(address, [Role.THERAPIST]))
    ids = [user.pk for user in made]
    User.objects.filter(pk__in=ids).update(password=make_password(PASSWORD))
    return made


def demo_sign_ins() -> list[tuple[str, str]]:
    """Roles and addresses of those who can sign in, for the terminal."""
    words = [word for word, _name, _role in OFFICE] + [_first_name(name) for name in _names()]
    found = User.objects.filter(email__in=map(_address, words), is_active=True)
    users = {user.email: user for user in found.prefetch_related("staff_roles")}
    there = [users[_address(word)] for word in words if _address(word) in users]
    return [(", ".join(_roles(user)), user.email) for user in there]


def _roles(user: User) -> list[str]:
    return [str(role.get_role_display()) for role in user.staff_roles.all()]


def _names() -> list[str]:
    return [text.name for text in content.THERAPISTS]


def _first_name(name: str) -> str:
    return name.split(maxsplit=1)[0].lower()


def _address(word: str) -> str:
    return f"{word}@{HOST}"
