"""Where holds and online bookings came from, and which e-mail addresses have been proven.

Network and e-mail addresses are stored as keyed hashes (`clinic.lib.crypto.keyed_hash`) only.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.models.appointments import Appointment


class BookingOrigin(models.Model):
    """Where the visitor of a hold or online booking came from, for the holding limits.

    `address` and `network` are hashes of the visitor's network address (IPv6: its /64) and of its
    network (IPv4 /24, IPv6 /48); `mailbox` is that of the e-mail address they have proven, blank
    if none. `is_proven` says whether the visitor has proven an address. The row is deleted when no
    limit counts it any more.
    """

    appointment = models.OneToOneField(
        Appointment, on_delete=models.CASCADE, primary_key=True, related_name="origin"
    )
    address = models.CharField(max_length=64)
    network = models.CharField(max_length=64)
    mailbox = models.CharField(max_length=64, blank=True)
    is_proven = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("origin of a booking")
        verbose_name_plural = _("origins of bookings")
        indexes = (
            models.Index(fields=["network"], name="booking_origin_by_network"),
            models.Index(
                fields=["mailbox"],
                condition=~models.Q(mailbox=""),
                name="booking_origin_by_mailbox",
            ),
        )

    def __str__(self) -> str:
        return f"origin of appointment {self.appointment_id}"


class ProvenEmail(models.Model):
    """A keyed hash of an address of which somebody has shown that they read its mail."""

    mailbox = models.CharField(max_length=64, unique=True)
    proven_at = models.DateTimeField()

    class Meta:
        verbose_name = _("proven e-mail address")
        verbose_name_plural = _("proven e-mail addresses")
        indexes = (models.Index(fields=["proven_at"], name="proven_email_by_age"),)

    def __str__(self) -> str:
        return f"proven {self.proven_at:%Y-%m-%d}"
