"""What the erasure of a person removes of grants, requests and dates of birth."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from booking.features.proxies.models import (
    DateOfBirth,
    GuardianConsent,
    HiddenAppointment,
    Proxy,
    ProxyEnd,
    ProxyInvitation,
    ProxyRequest,
    ProxyReview,
    RecordTakeover,
)
from booking.registries import erasures_after_restore, patient_erasure
from booking.registries.erasures_after_restore import ROWS_AT_A_TIME, AddressRow, AddressSource
from booking.registries.patient_erasure import ErasurePart
from booking.registries.people import Person


def register_erasure() -> None:
    """Add this feature's part to the erasure of a person, and to its repetition after a restore."""
    erasures_after_restore.register_address_source(AddressSource(_find_invited, _erase_invited))
    erasures_after_restore.register_address_source(AddressSource(_find_asked, _erase_asked))
    patient_erasure.register(
        ErasurePart(
            "family",
            _("Who acts for them, consents of guardians, date of birth, hidden appointments"),
            (
                Proxy,
                ProxyEnd,
                ProxyReview,
                ProxyRequest,
                ProxyInvitation,
                RecordTakeover,
                DateOfBirth,
                GuardianConsent,
                HiddenAppointment,
            ),
            _count,
            _erase,
        )
    )


def _find_invited() -> Iterator[AddressRow]:
    """Yield invitations to act for a patient, with the addresses that were invited."""
    found = ProxyInvitation.objects.order_by("pk").values_list("pk", "email", "invited_at")
    return (AddressRow(*row) for row in found.iterator(ROWS_AT_A_TIME))


def _erase_invited(pks: Sequence[int]) -> None:
    ProxyInvitation.objects.filter(pk__in=pks).delete()


def _find_asked() -> Iterator[AddressRow]:
    """Yield requests to act for an adult, with the addresses that were asked."""
    rows = ProxyRequest.objects.exclude(email="").order_by("pk")
    found = rows.values_list("pk", "email", "asked_at")
    return (AddressRow(*row) for row in found.iterator(ROWS_AT_A_TIME))


def _erase_asked(pks: Sequence[int]) -> None:
    ProxyRequest.objects.filter(pk__in=pks).delete()


def _grants_over(person: Person) -> QuerySet[Proxy]:
    return Proxy.objects.filter(patient__in=person.record_pks)


def _requests(person: Person) -> QuerySet[ProxyRequest]:
    """Return the requests that the person made, or that were sent to them or name them."""
    names = [record.name.lower() for record in person.records if record.erased_at is None]
    rows = ProxyRequest.objects.annotate(address=Lower("email"), own_name=Lower("name"))
    asked = Q(address__in=person.emails) | Q(address="", own_name__in=names)
    return rows.filter(asked | Q(actor__in=person.account_pks))


def _invitations(person: Person) -> QuerySet[ProxyInvitation]:
    """Return the invitations that the person sent, or that were sent to them."""
    sent = Q(patient__in=person.record_pks) | Q(invited_by__in=person.account_pks)
    return ProxyInvitation.objects.filter(sent | Q(email__in=person.emails))


def _takeovers(person: Person) -> QuerySet[RecordTakeover]:
    return RecordTakeover.objects.filter(user__in=person.account_pks)


def _count(person: Person) -> int:
    own = Proxy.objects.filter(actor__in=person.account_pks, end=None).count()
    births = DateOfBirth.objects.filter(patient__in=person.record_pks).count()
    hidden = HiddenAppointment.objects.filter(appointment__patient__in=person.record_pks).count()
    asked = _requests(person).count() + _invitations(person).count() + _takeovers(person).count()
    return own + births + hidden + _grants_over(person).count() + asked


def _erase(person: Person, now: datetime) -> None:
    """Delete what is about the person, and end what they may do for others.

    Grants over other patients stay in those patients' histories, without the name.
    """
    grants = list(_grants_over(person).values_list("pk", flat=True))
    ProxyReview.objects.filter(proxy__in=grants).delete()
    ProxyEnd.objects.filter(proxy__in=grants).delete()
    Proxy.objects.filter(pk__in=grants).delete()
    for grant in Proxy.objects.filter(actor__in=person.account_pks, end=None):
        ProxyEnd.objects.create(proxy=grant, side=ProxyEnd.EndedBy.ACTOR, by=grant.actor, at=now)
        still_open = ProxyReview.objects.filter(proxy=grant, done_at=None)
        still_open.update(decision=ProxyReview.Decision.ENDED, done_at=now)
    _requests(person).delete()
    _invitations(person).delete()
    _takeovers(person).delete()
    for model in (DateOfBirth, GuardianConsent):
        model._default_manager.filter(patient__in=person.record_pks).delete()
    HiddenAppointment.objects.filter(appointment__patient__in=person.record_pks).delete()
