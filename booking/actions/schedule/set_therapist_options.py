"""What a therapist gives."""

from collections.abc import Iterable

from django.db import transaction

from booking.models import Offer, Option, Therapist


def set_therapist_options(therapist: Therapist, options: Iterable[Option]) -> None:
    """Exactly these. One that stays keeps its own price; what is booked stays booked."""
    wanted = {option.pk for option in options}
    with transaction.atomic():
        Therapist.objects.select_for_update(no_key=True).get(pk=therapist.pk)
        therapist.offers.exclude(option__in=wanted).delete()
        there = set(therapist.offers.values_list("option", flat=True))
        new = [Offer(therapist=therapist, option_id=pk) for pk in sorted(wanted - there)]
        Offer.objects.bulk_create(new)
