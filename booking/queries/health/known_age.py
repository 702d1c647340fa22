"""What is known about a patient's age for an appointment."""

from booking.models import Appointment, ClinicProfile, User
from booking.registries import minors
from booking.registries.minors import KnownAge


def find_known_age(
    appointment: Appointment, clinic: ClinicProfile, guardian: User | None
) -> KnownAge | None:
    """Return what the patient's record says about the day of the appointment, or None.

    `guardian` is the user who acts for the patient, or None.
    """
    if appointment.patient is None:
        return None
    day = clinic.local_date(appointment.starts_at)
    return minors.find_age(appointment.patient, guardian, day)
