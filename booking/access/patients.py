"""Whose record the pages of the patient's account are about."""

from django.http import HttpRequest

from booking.access.acting import current_acting, wants_to_act
from booking.access.roles import AnyUser
from booking.models import Patient


def own_patient(user: AnyUser) -> Patient | None:
    """Return the patient record of a user, or None. Read once for each user object."""
    if not user.is_authenticated:
        return None
    try:
        return user.patient
    except Patient.DoesNotExist:
        return None


def find_current_patient(request: HttpRequest) -> Patient | None:
    """Return the patient whom a page of the account is about, or None without a record.

    It is the user's own record, or that of the patient for whom they act (see
    `booking.access.acting`); None if they may not act for them any more.
    """
    acting = current_acting(request)
    if acting is None and wants_to_act(request):
        return None
    return acting.patient if acting is not None else own_patient(request.user)


def current_patient(request: HttpRequest) -> Patient:
    """Return the patient whom a page behind `patient_gate` is about.

    Raises Patient.DoesNotExist for somebody without a record, whom the gate does not let in.
    """
    patient = find_current_patient(request)
    if patient is None:
        raise Patient.DoesNotExist
    return patient
