"""Records of guests that a patient may add to their own."""

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Lower

from booking.models import Appointment, Patient

MAX_CLAIMABLE = 30
"""How many are listed at once. The next are listed after these were added."""


def claimable_records(proven_email: str) -> QuerySet[Patient]:
    """Return the records without an account that have bookings under an address, newest first.

    `proven_email` is the address that the present sign-in has proven, or "": then there are none.
    """
    if not proven_email:
        return Patient.objects.none()
    small = Patient.objects.alias(small_email=Lower("email"))
    booked = Appointment.objects.filter(patient=OuterRef("pk"), booked_at__isnull=False)
    found = small.filter(small_email=proven_email.lower(), user=None, merged_into=None)
    return found.filter(Exists(booked)).order_by("-created_at", "-pk")
