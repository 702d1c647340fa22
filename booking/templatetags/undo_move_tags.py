"""The offer to undo the last move, on pages of the desk."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.template.context import Context

from booking.access.move_to_undo import find_move_to_undo

register = template.Library()


@register.inclusion_tag("booking/desk/appointments/_undo_move.html", takes_context=True)
def undo_move_offer(context: Context) -> dict[str, Any]:
    """Render the button for who has moved an appointment a moment ago; nothing for others."""
    request: HttpRequest = context["request"]
    return {
        "move": find_move_to_undo(request.session),
        "page": request.get_full_path(),
        "csrf_token": context.get("csrf_token"),
    }
