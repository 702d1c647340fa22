"""The factory for payments."""

from typing import Any

import factory

from booking.models import Payment
from tests.factories.booking import AppointmentFactory, ModelFactory, UserFactory


class PaymentFactory(ModelFactory[Payment]):
    """A cash payment of the whole price; receipts are numbered in order of creation."""

    class Meta:
        model = Payment

    number: Any = factory.LazyFunction(lambda: Payment.objects.count() + 1)
    appointment: Any = factory.SubFactory(AppointmentFactory)
    amount: Any = factory.SelfAttribute("appointment.price")
    currency = "USD"
    method = Payment.Method.CASH
    description = "Swedish massage, 60 minutes"
    taken_by: Any = factory.SubFactory(UserFactory)
