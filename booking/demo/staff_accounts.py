"""Accounts of the demo's team, with a password that everybody may know. Only in the demo."""

from django.contrib.auth.hashers import make_password
from django.db import transaction

from booking.actions.staff.accounts import add_staff_roles
from booking.demo import content
from booking.models import ClinicProfile, Role, Therapist, User

DEMO_PASSWORD = "quiet-legs-by-the-lake"  # noqa: S105  # printed by `make run`
EMAIL_DOMAIN = content.PROFILE["email"].partition("@")[2]
OFFICE_STAFF = (
    ("owner", "Ingrid Solberg", Role.OWNER),
    ("frontdesk", "Sam Porter", Role.FRONTDESK),
    ("editor", "Lena Fischer", Role.EDITOR),
)
"""Staff who are no therapists: local part of the e-mail address, name, role."""


def is_demo_account(user: User) -> bool:
    """Whether this is an account of the demo, whose password everybody may know."""
    return user.email.endswith(f"@{EMAIL_DOMAIN}")


@transaction.atomic
def create_demo_staff() -> list[User]:
    """Create the accounts that do not exist yet and return them; existing ones stay as they are.

    Creates none if the clinic is not the demo's: even with DEMO set, it may be a real one.
    """
    if not ClinicProfile.objects.filter(email=content.PROFILE["email"]).exists():
        return []
    existing_emails = set(User.objects.values_list("email", flat=True))
    created = [
        add_staff_roles(_email_address(name_part), [role], name=name)
        for name_part, name, role in OFFICE_STAFF
        if _email_address(name_part) not in existing_emails
    ]
    for therapist in Therapist.objects.filter(name__in=_therapist_names(), user=None):
        if (address := _email_address(_first_name(therapist.name))) not in existing_emails:
            therapist.user = User.objects.create_user(address, name=therapist.name)
            therapist.save()
            created.append(add_staff_roles(address, [Role.THERAPIST]))
    ids = [user.pk for user in created]
    User.objects.filter(pk__in=ids).update(password=make_password(DEMO_PASSWORD))
    return created


def list_demo_accounts() -> list[tuple[str, str]]:
    """Return roles and address of each account that can sign in."""
    words = [word for word, _name, _role in OFFICE_STAFF] + [
        _first_name(name) for name in _therapist_names()
    ]
    accounts = User.objects.filter(email__in=map(_email_address, words), is_active=True)
    users = {user.email: user for user in accounts.prefetch_related("staff_roles")}
    existing = [users[_email_address(word)] for word in words if _email_address(word) in users]
    return [(", ".join(_role_names(user)), user.email) for user in existing]


def _role_names(user: User) -> list[str]:
    return [str(role.get_role_display()) for role in user.staff_roles.all()]


def _therapist_names() -> list[str]:
    return [text.name for text in content.THERAPISTS]


def _first_name(name: str) -> str:
    return name.split(maxsplit=1)[0].lower()


def _email_address(word: str) -> str:
    return f"{word}@{EMAIL_DOMAIN}"
