"""What the pages about the questions before a massage need; and the brief, for the desk.

    {% briefs appointments as found %}
    {% include "booking/desk/_brief.html" with brief=found|of:appointment %}

Who reads a brief is written down, so ask for those that are shown and for no others.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.actions.actor import Actor, Door
from booking.actions.read_health import read_briefs
from booking.models import Appointment
from booking.queries.briefs import Brief

register = template.Library()

PRESSURES: list[tuple[str, str | Promise]] = [
    ("", _("No wish")),
    ("light", _("Light")),
    ("medium", _("Medium")),
    ("firm", _("Firm")),
]


@register.filter
def pressures(_form: object) -> list[tuple[str, str | Promise]]:
    """Values and labels of the choice of pressure."""
    return PRESSURES


@register.simple_tag(takes_context=True)
def briefs(context: Mapping[str, Any], appointments: Iterable[Appointment]) -> Mapping[int, Brief]:
    """The briefs of all these appointments, for the member of staff who looks. Six queries."""
    request: HttpRequest = context["request"]
    address = str(request.META.get("REMOTE_ADDR", ""))
    return read_briefs(appointments, by=Actor(Door.STAFF, request.user, address))  # type: ignore[arg-type]  # the gate has let nobody else in


@register.filter
def of(found: Mapping[int, Brief], appointment: Appointment) -> Brief | None:
    """The brief of one of them."""
    return found.get(appointment.pk)


@register.filter
def of_key(found: Mapping[int, Any], key: int) -> Any:
    """What stands under a key."""
    return found.get(key)
