"""Sending the contact form to the clinic."""

from booking.actions.actor import Actor
from booking.actions.locks import write_action, write_transaction
from booking.actions.rate_limit import RateLimit, count_use_by_actor
from booking.models import ClinicProfile
from booking.notifications.subjects.contact_form import notify_contact_form
from booking.notifications.subjects.urgent_texts import notify_urgent_text
from clinic.lib.text.despair import mentions_despair

CONTACT_LIMIT = RateLimit("contact", most=5, minutes=60)


@write_action
def contact_clinic(*, name: str, email: str, message: str, by: Actor) -> None:
    """Queue a mail to the clinic's own address, with `email` as the reply address.

    The sender gets no copy, because the address is not verified. If the message mentions despair,
    a second mail asks to read it first. Raises RateLimitExceeded.
    """
    clinic = ClinicProfile.objects.get()
    count_use_by_actor(CONTACT_LIMIT, by)
    with write_transaction():
        sent = notify_contact_form(clinic, name=name, email=email, message=message)
        if mentions_despair(message):
            notify_urgent_text(key=sent.key, page="desk-mail")
