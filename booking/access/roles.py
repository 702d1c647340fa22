"""The abilities of each role.

Somebody with several roles has the abilities of all; a superuser is an owner. What no role of a
user has is refused."""

from enum import StrEnum

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from booking.models import User
from booking.models.staff import Role, StaffRole
from clinic.lib.compiled_queries import compiled_query

AnyUser = User | AnonymousUser


class Ability(StrEnum):
    """Something that some roles may do: one line of the table of roles."""

    USE_DESK = "use the desk"
    ALL_APPOINTMENTS = "see, move and cancel every appointment"
    OWN_APPOINTMENTS = "see, move and cancel own patients' appointments"
    ALL_CONTACTS = "every patient's contact data"
    OWN_CONTACTS = "own patients' contact data"
    READ_OWN_PATIENTS_HEALTH = "own patients' health answers and session notes"
    READ_HEALTH_OUTCOME = "the outcome of a health check only"
    ENTER_HEALTH_ANSWERS = "enter health answers for a patient"
    CLEAR_OWN_PATIENTS = "lift a DOCTOR outcome of own patients"
    CLEAR_ALL_PATIENTS = "lift any DOCTOR outcome"
    OWN_HOURS = "own weekly hours, exceptions and time off"
    ALL_HOURS = "everybody's weekly hours, exceptions and time off"
    CATALOGUE = "catalogue, rooms, clinic profile and closures"
    ARTICLES = "articles, comments and topics"
    STAFF = "staff, roles, audit trail and exports"


OWNER, FRONT_DESK, THERAPIST, EDITOR = Role.OWNER, Role.FRONTDESK, Role.THERAPIST, Role.EDITOR
ROLES_BY_ABILITY: dict[str, frozenset[Role]] = {
    Ability.USE_DESK: frozenset({THERAPIST, FRONT_DESK, OWNER}),
    Ability.ALL_APPOINTMENTS: frozenset({FRONT_DESK, OWNER}),
    Ability.OWN_APPOINTMENTS: frozenset({THERAPIST, FRONT_DESK, OWNER}),
    Ability.ALL_CONTACTS: frozenset({FRONT_DESK, OWNER}),
    Ability.OWN_CONTACTS: frozenset({THERAPIST, FRONT_DESK, OWNER}),
    Ability.READ_OWN_PATIENTS_HEALTH: frozenset({THERAPIST}),
    Ability.READ_HEALTH_OUTCOME: frozenset({THERAPIST, FRONT_DESK, OWNER}),
    Ability.ENTER_HEALTH_ANSWERS: frozenset({FRONT_DESK}),
    Ability.CLEAR_OWN_PATIENTS: frozenset({THERAPIST, OWNER}),
    Ability.CLEAR_ALL_PATIENTS: frozenset({OWNER}),
    Ability.OWN_HOURS: frozenset({THERAPIST, FRONT_DESK, OWNER}),
    Ability.ALL_HOURS: frozenset({FRONT_DESK, OWNER}),
    Ability.CATALOGUE: frozenset({OWNER}),
    Ability.ARTICLES: frozenset({EDITOR, OWNER}),
    Ability.STAFF: frozenset({OWNER}),
}


def register_ability(name: str, roles: frozenset[Role]) -> str:
    """Add an ability of a feature, with the roles that have it; return its name.

    Raises ValueError if the name stands for other roles already.
    """
    if ROLES_BY_ABILITY.setdefault(name, roles) != roles:
        raise ValueError(f"There is an ability {name!r} already.")
    return name


def roles_of(user: AnyUser) -> frozenset[Role]:
    """Return the roles of a user, read once a request; none for anonymous or inactive users."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    signed_in = user
    cached: frozenset[Role] | None = getattr(signed_in, "_roles", None)
    if cached is None:
        cached = frozenset(Role(role) for role in _roles_of_user(signed_in.pk))
        if signed_in.is_superuser:
            cached |= {OWNER}
        signed_in._roles = cached  # type: ignore[attr-defined]  # the request's own copy of the user
    return cached


@compiled_query
def _roles_of_user(pk: int) -> "QuerySet[StaffRole, str]":
    return StaffRole.objects.filter(user=pk).order_by().values_list("role", flat=True)


def has_ability(user: AnyUser, ability: str) -> bool:
    """Whether one of the user's roles has the ability."""
    return not ROLES_BY_ABILITY[ability].isdisjoint(roles_of(user))


def is_staff_account(user: User) -> bool:
    """Whether it is or was an account of staff, also if it is deactivated."""
    if user.is_superuser or user.is_staff:
        return True
    return bool(roles_of(user)) if user.is_active else user.staff_roles.exists()
