"""Hide an appointment from all proxies of its patient."""

from booking.actions.actor import Actor
from booking.actions.locks import write_action, write_transaction
from booking.errors import NotAllowed
from booking.features.proxies.actions.grants import is_patient_side
from booking.features.proxies.models import HiddenAppointment
from booking.models import Appointment
from clinic.lib.dates import clock


@write_action
def set_hidden(appointment: Appointment, *, is_hidden: bool, by: Actor) -> None:
    """Hide an appointment from all proxies, or show it again. Nobody is told.

    Raises NotAllowed unless `by` is the patient.
    """
    with write_transaction():
        row = Appointment.objects.select_related("patient").get(pk=appointment.pk)
        if row.patient is None or not is_patient_side(row.patient, by):
            raise NotAllowed()
        if is_hidden:
            HiddenAppointment.objects.get_or_create(
                appointment=row, defaults={"hidden_at": clock.now()}
            )
        else:
            HiddenAppointment.objects.filter(appointment=row).delete()
