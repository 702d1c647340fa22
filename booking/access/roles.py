"""What people may do. Roles add up; a superuser is an owner; everything not named is refused."""

from enum import StrEnum

from django.contrib.auth.models import AnonymousUser

from booking.models import User
from booking.models.staff import Role

Person = User | AnonymousUser


class Ability(StrEnum):
    """One line of the table of roles in INTERFACE.md."""

    USE_DESK = "use the desk"
    ALL_APPOINTMENTS = "see, move and cancel every appointment"
    OWN_APPOINTMENTS = "see, move and cancel own patients' appointments"
    ALL_CONTACTS = "every patient's contact data"
    OWN_CONTACTS = "own patients' contact data"
    HEALTH_OF_OWN = "own patients' health answers and session notes"
    HEALTH_OUTCOME = "the outcome of a health check only"
    ENTER_HEALTH = "enter health answers for a patient"
    LIFT_DOCTOR_OF_OWN = "lift a DOCTOR outcome of own patients"
    LIFT_DOCTOR = "lift any DOCTOR outcome"
    OWN_HOURS = "own weekly hours, exceptions and time off"
    ALL_HOURS = "everybody's weekly hours, exceptions and time off"
    CATALOGUE = "catalogue, rooms, clinic profile and closures"
    ARTICLES = "articles, comments and topics"
    STAFF = "staff, roles, audit trail and exports"


OWNER, DESK, THERAPIST, EDITOR = Role.OWNER, Role.FRONTDESK, Role.THERAPIST, Role.EDITOR
TABLE: dict[str, frozenset[Role]] = {
    Ability.USE_DESK: frozenset({THERAPIST, DESK, OWNER}),
    Ability.ALL_APPOINTMENTS: frozenset({DESK, OWNER}),
    Ability.OWN_APPOINTMENTS: frozenset({THERAPIST, DESK, OWNER}),
    Ability.ALL_CONTACTS: frozenset({DESK, OWNER}),
    Ability.OWN_CONTACTS: frozenset({THERAPIST, DESK, OWNER}),
    Ability.HEALTH_OF_OWN: frozenset({THERAPIST}),
    Ability.HEALTH_OUTCOME: frozenset({THERAPIST, DESK, OWNER}),
    Ability.ENTER_HEALTH: frozenset({DESK}),
    Ability.LIFT_DOCTOR_OF_OWN: frozenset({THERAPIST, OWNER}),
    Ability.LIFT_DOCTOR: frozenset({OWNER}),
    Ability.OWN_HOURS: frozenset({THERAPIST, DESK, OWNER}),
    Ability.ALL_HOURS: frozenset({DESK, OWNER}),
    Ability.CATALOGUE: frozenset({OWNER}),
    Ability.ARTICLES: frozenset({EDITOR, OWNER}),
    Ability.STAFF: frozenset({OWNER}),
}


def register_ability(name: str, roles: frozenset[Role]) -> str:
    """Add an ability of a feature, with the roles that have it; return its name.

    Raises ValueError if the name stands for other roles already.
    """
    if TABLE.setdefault(name, roles) != roles:
        raise ValueError(f"There is an ability {name!r} already.")
    return name


def roles_of(user: Person) -> frozenset[Role]:
    """The roles of a person, read once a request; none for a stranger or somebody deactivated."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    known = user
    cached: frozenset[Role] | None = getattr(known, "_roles", None)
    if cached is None:
        cached = frozenset(Role(role) for role in known.staff_roles.values_list("role", flat=True))
        if known.is_superuser:
            cached |= {OWNER}
        known._roles = cached  # type: ignore[attr-defined]  # the request's own copy of the user
    return cached


def may(user: Person, ability: str) -> bool:
    """Whether one of the person's roles has the ability."""
    return not TABLE[ability].isdisjoint(roles_of(user))


def is_staff_account(user: User) -> bool:
    """Whether it is, or was, an account of staff: deactivated ones too, whatever their roles."""
    if user.is_superuser or user.is_staff:
        return True
    return bool(roles_of(user)) if user.is_active else user.staff_roles.exists()
