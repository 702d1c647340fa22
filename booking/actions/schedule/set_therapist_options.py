"""What a therapist gives."""

from collections.abc import Iterable

from booking.actions.locks import reserve, write_action, write_transaction
from booking.models import Offer, Option, Therapist


@write_action
def set_therapist_options(therapist: Therapist, options: Iterable[Option]) -> None:
    """Exactly these. One that stays keeps its own price; what is booked stays booked."""
    wanted = {option.pk for option in options}
    with write_transaction():
        reserve(therapists=[therapist.pk])
        therapist.offers.exclude(option__in=wanted).delete()
        there = set(therapist.offers.values_list("option", flat=True))
        new = [Offer(therapist=therapist, option_id=pk) for pk in sorted(wanted - there)]
        Offer.objects.bulk_create(new)
