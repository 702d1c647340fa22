"""The factory for grants to act for a patient."""

from typing import Any

import factory

from booking.features.proxies.models import Basis, Proxy
from tests.factories.base import ModelFactory
from tests.factories.booking import PatientFactory, UserFactory


class ProxyFactory(ModelFactory[Proxy]):
    """A grant of an adult: book and see times, without an end."""

    class Meta:
        model = Proxy

    actor: Any = factory.SubFactory(UserFactory)
    patient: Any = factory.SubFactory(PatientFactory)
    granted_by: Any = factory.SelfAttribute("actor")
    basis = Basis.CONSENT
    may_book = True
    may_see_times = True
