"""The check, inside an action, whether a proxy may act for a patient."""

from booking.access import proxies
from booking.access.proxies import Permission
from booking.actions.actor import Actor
from booking.errors import MayNotActForPatient
from booking.models import Appointment


def require_may_act(
    by: Actor, permission: Permission, *, appointment: Appointment | None = None
) -> None:
    """Raise MayNotActForPatient if the actor is a proxy without this permission.

    Call it in the action's transaction: a grant may have ended since the page was opened. If an
    `appointment` is given it must be a hold, or one of the patient's that they do not hide.
    """
    if by.for_patient is None:
        return
    if by.user is None or permission not in proxies.permissions_for(by.user, by.for_patient):
        raise MayNotActForPatient()
    if appointment is not None and not _is_shown(appointment, by.for_patient.pk):
        raise MayNotActForPatient()


def _is_shown(appointment: Appointment, patient_pk: int) -> bool:
    """Return whether it is a hold, or an appointment of the patient that proxies can see."""
    if appointment.patient_id is None:
        return True
    own = Appointment.objects.filter(pk=appointment.pk)
    return appointment.patient_id == patient_pk and proxies.shown_to_proxies(own).exists()
