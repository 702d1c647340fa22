"""The options that a therapist offers."""

from collections.abc import Iterable

from booking.actions.locks import lock_resources, write_action, write_transaction
from booking.models import Offer, Option, Therapist


@write_action
def set_therapist_options(therapist: Therapist, options: Iterable[Option]) -> None:
    """Let a therapist offer exactly these options.

    Offers that stay keep their own price; booked appointments stay booked.
    """
    option_ids = {option.pk for option in options}
    with write_transaction():
        lock_resources(therapists=[therapist.pk])
        therapist.offers.exclude(option__in=option_ids).delete()
        existing = set(therapist.offers.values_list("option", flat=True))
        new = [Offer(therapist=therapist, option_id=pk) for pk in sorted(option_ids - existing)]
        Offer.objects.bulk_create(new)
