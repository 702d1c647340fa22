"""Who else may act for a patient: the registry that a feature fills.

A provider is registered with `register(ProxyProvider(...))`. Without one nobody acts for anybody
else. A permission is never passed on: what a user may do for a patient depends only on the grants
of that user.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from booking.models import Patient, User
from booking.models.appointments import AppointmentQuerySet


class Permission(StrEnum):
    """Something that a grant can allow a proxy to do or see."""

    BOOK = "book"
    SEE_TIMES = "times"
    SEE_HEALTH = "health"
    SEE_RECEIPTS = "pay"


PERMISSION_LABELS = {
    Permission.BOOK: _("book, move and cancel appointments"),
    Permission.SEE_TIMES: _("see when appointments are"),
    Permission.SEE_HEALTH: _("see health answers"),
    Permission.SEE_RECEIPTS: _("see receipts and what is to pay"),
}


@dataclass(frozen=True, slots=True)
class HealthGrant:
    """A grant with which somebody else may see a patient's health answers.

    `is_by_patient`: the patient gave it, with the sign-in of their own account.
    """

    user_pk: int
    name: str
    granted_at: datetime
    is_by_patient: bool


@dataclass(frozen=True, slots=True)
class ProxyProvider:
    """The functions of a feature that keeps grants.

    Attributes:
        find_permissions: Return what a user may do for a patient now; empty for most.
        may_decide: Return whether a user decides for a patient now, as a parent of a minor or as
            whom a court has appointed, not as whom the patient lets act for them.
        list_health_grants: Return the grants in force to see a patient's health answers.
        list_patients: Return the patients for whom a user may act now.
        without_hidden: Return the appointments without those that their patients hide.
        record_read: Record in the audit trail that a user opens a page about a patient.
        end_agreed_since: End what a user has agreed to as a patient since a moment, in the caller's
            transaction.
    """

    find_permissions: Callable[[User, Patient], frozenset[Permission]]
    may_decide: Callable[[User, Patient], bool]
    list_health_grants: Callable[[Patient], list[HealthGrant]]
    list_patients: Callable[[User], list[Patient]]
    without_hidden: Callable[[AppointmentQuerySet], AppointmentQuerySet]
    record_read: Callable[[User, Patient], None]
    end_agreed_since: Callable[[User, datetime], None]


_providers: list[ProxyProvider] = []


def register(provider: ProxyProvider) -> None:
    """Add a provider. Registering it twice adds it once."""
    if provider not in _providers:
        _providers.append(provider)


def permissions_for(user: User, patient: Patient) -> frozenset[Permission]:
    """Return what a user may do for a patient who is somebody else; empty without a grant."""
    found = [provider.find_permissions(user, patient) for provider in _providers]
    return frozenset().union(*found)


def may_decide_for(user: User, patient: Patient) -> bool:
    """Return whether a user decides for a patient: the patient, a parent of a minor, or whom a
    court has appointed."""
    if user.pk == patient.user_id:
        return True
    return any(provider.may_decide(user, patient) for provider in _providers)


def health_grants(patient: Patient) -> list[HealthGrant]:
    """Return the grants in force with which others may see a patient's health answers."""
    return [grant for provider in _providers for grant in provider.list_health_grants(patient)]


def patients_to_act_for(user: User) -> list[Patient]:
    """Return the patients for whom a user may act now, by name."""
    found = {
        patient.pk: patient for provider in _providers for patient in provider.list_patients(user)
    }
    return sorted(found.values(), key=lambda patient: (patient.name.casefold(), patient.pk))


def shown_to_proxies(appointments: AppointmentQuerySet) -> AppointmentQuerySet:
    """Return the appointments without those that their patients hide from proxies."""
    for provider in _providers:
        appointments = provider.without_hidden(appointments)
    return appointments


def record_read(user: User, patient: Patient) -> None:
    """Record in the audit trail that a proxy opens a page about a patient."""
    for provider in _providers:
        provider.record_read(user, patient)


def end_agreed_since(user: User, since: datetime) -> None:
    """End the grants that a user has made as a patient since a moment, in the caller's transaction.

    For a change of e-mail address that is undone: somebody else may have been signed in meanwhile.
    """
    for provider in _providers:
        provider.end_agreed_since(user, since)


def is_health_shown(patient: Patient) -> bool:
    """Return whether somebody who acts for a patient may see the health answers."""
    return bool(health_grants(patient))
