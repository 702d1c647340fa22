"""The numbers to call for somebody who writes of despair."""

from collections.abc import Mapping
from typing import Any

from django import template

from booking.screening.emergency_calls import emergency_calls_of
from clinic.lib.http.help_notice import is_help_shown
from clinic.lib.text.despair import mentions_despair

register = template.Library()


@register.inclusion_tag("components/crisis_help.html", takes_context=True)
def crisis_help(context: Mapping[str, Any], text: str = "") -> dict[str, Any]:
    """Show whom to call if `text`, or a text sent with the form before this page, mentions
    despair."""
    request, clinic = context.get("request"), context.get("clinic")
    is_shown = mentions_despair(text) or (request is not None and is_help_shown(request))
    country = clinic.country if clinic else ""
    return {"calls": emergency_calls_of(country) if is_shown else None}


@register.inclusion_tag("components/call_numbers.html", takes_context=True)
def emergency_buttons(context: Mapping[str, Any]) -> dict[str, Any]:
    """Show buttons that call the emergency number and the crisis line of the clinic's country."""
    clinic = context.get("clinic")
    calls = emergency_calls_of(clinic.country if clinic else "")
    return {"numbers": [*calls.emergency, *calls.crisis], "small": True}
