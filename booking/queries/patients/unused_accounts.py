"""Accounts that were created by asking for a sign-in code, and never used."""

from django.db.models import ForeignObjectRel

from booking.models import User

IGNORED_MODELS = frozenset(
    {
        "account.EmailAddress",
        "admin.LogEntry",
        "booking.AuditEntry",
        "booking.EmailChange",
        "booking.UserSession",
        "mfa.Authenticator",
    }
)
"""Rows of these models do not count as use: most of them are made by signing in."""


def find_unused_account(email: str) -> User | None:
    """Return the unused account with an address, or None."""
    user: User | None = User.objects.filter(email=email.strip().lower()).first()
    if user is None or user.is_staff or user.is_superuser or user.has_usable_password():
        return None
    return None if any(_has_rows(user, relation) for relation in _relations()) else user


def _relations() -> list[ForeignObjectRel]:
    return [
        field
        for field in User._meta.get_fields(include_hidden=True)
        if isinstance(field, ForeignObjectRel)
        and field.related_model._meta.label not in IGNORED_MODELS
        and not field.many_to_many
    ]


def _has_rows(user: User, relation: ForeignObjectRel) -> bool:
    model, column = relation.related_model, relation.field.name
    exists: bool = model._base_manager.filter(**{column: user}).exists()
    return exists
