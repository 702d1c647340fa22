"""The factory for payments."""

from typing import Any

import factory

from booking.models import ClinicProfile, Payment
from booking.registries import ledger
from tests.factories.booking import AppointmentFactory, ModelFactory, UserFactory


class PaymentFactory(ModelFactory[Payment]):
    """A cash payment of the whole price, in the ledger. Receipts get the next number."""

    class Meta:
        model = Payment

    number: Any = factory.LazyFunction(lambda: Payment.objects.count() + 1)
    appointment: Any = factory.SubFactory(AppointmentFactory)
    amount: Any = factory.SelfAttribute("appointment.price")
    currency = "USD"
    method = Payment.Method.CASH
    description = "Swedish massage, 60 minutes"
    taken_by: Any = factory.SubFactory(UserFactory)

    @classmethod
    def _create(cls, model_class: type[Payment], *args: Any, **kwargs: Any) -> Payment:
        payment: Payment = super()._create(model_class, *args, **kwargs)
        if ClinicProfile.objects.exists():
            ledger.settle(payment.appointment)
        return payment
