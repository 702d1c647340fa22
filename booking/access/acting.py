"""Acting for somebody else on the pages of the patient's account.

The session names the patient. Whether the user may still act for them is checked with every
request, so the end of a grant takes effect at once. Switching renews the CSRF token, so that a form
that another tab still shows for one patient cannot be sent for another.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.http import HttpRequest
from django.middleware.csrf import rotate_token
from django.urls import ResolverMatch

from booking.access import proxies
from booking.access.proxies import Permission
from booking.models import Patient, User

SESSION_KEY = "acting_for"
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Acting:
    """The patient for whom a proxy makes a request, and what the proxy may do for them."""

    patient: Patient
    permissions: frozenset[Permission]

    @property
    def may_book(self) -> bool:
        return Permission.BOOK in self.permissions

    @property
    def may_see_times(self) -> bool:
        return Permission.SEE_TIMES in self.permissions

    @property
    def may_see_health(self) -> bool:
        return Permission.SEE_HEALTH in self.permissions

    @property
    def may_see_receipts(self) -> bool:
        return Permission.SEE_RECEIPTS in self.permissions


def for_proxies(*permissions: Permission) -> Callable[[View], View]:
    """Return a decorator that opens a view of the account to proxies.

    The proxy needs at least one of the permissions; if none is given, any grant is enough. Views
    without the decorator are open to the patient only.
    """

    def mark(view: View) -> View:
        view.proxy_permissions = frozenset(permissions)  # type: ignore[attr-defined]
        return view

    return mark


def start_acting(request: HttpRequest, patient: Patient) -> None:
    """Let the session act for a patient. The next request checks whether the user may."""
    request.session[SESSION_KEY] = str(patient.public_id)
    rotate_token(request)


def stop_acting(request: HttpRequest) -> None:
    """Let the session act for nobody else, in this request already."""
    if request.session.pop(SESSION_KEY, None) is not None:
        rotate_token(request)
    request._acting = None  # type: ignore[attr-defined]


def wants_to_act(request: HttpRequest) -> bool:
    """Return whether the session names a patient, whether or not the user may act for them."""
    return request.user.is_authenticated and SESSION_KEY in request.session


def current_acting(request: HttpRequest) -> Acting | None:
    """Return the patient and the permissions, or None if the user does not act or may not.

    Read once for each request; no query if the session names no patient.
    """
    if not hasattr(request, "_acting"):
        request._acting = _find_acting(request)  # type: ignore[attr-defined]
    acting: Acting | None = request._acting  # type: ignore[attr-defined]
    return acting


def cached_acting(request: HttpRequest) -> Acting | None:
    """Return what `current_acting` has returned for this request, or None if it was not called."""
    acting: Acting | None = getattr(request, "_acting", None)
    return acting


def may_open(acting: Acting, match: ResolverMatch | None) -> bool:
    """Return whether the view that an address resolves to is open to this proxy."""
    needed = getattr(match.func, "proxy_permissions", None) if match is not None else None
    if needed is None:
        return False
    return not needed or not acting.permissions.isdisjoint(needed)


def _find_acting(request: HttpRequest) -> Acting | None:
    user = request.user
    if not isinstance(user, User) or not wants_to_act(request):
        return None
    try:
        public_id = UUID(str(request.session[SESSION_KEY]))
    except ValueError:
        return None
    patient = Patient.objects.filter(public_id=public_id).first()
    permissions = proxies.permissions_for(user, patient) if patient else frozenset()
    return Acting(patient, permissions) if patient is not None and permissions else None
