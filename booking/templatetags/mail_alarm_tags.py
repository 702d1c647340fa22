"""The alarm on pages of the desk while no mails are sent."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.template.context import Context
from django.urls import reverse

from booking.access.roles import Ability, has_ability
from booking.models.current_clinic import current_clinic
from booking.notifications.mail_alarm import load_mail_alarm
from clinic.lib.dates import clock

register = template.Library()


@register.inclusion_tag("booking/desk/mailbox/_alarm.html", takes_context=True)
def mail_alarm(context: Context) -> dict[str, Any]:
    """Render the alarm for owner and front desk; nothing for others, or while mails are sent.

    What to do is unfolded on the pages about mail.
    """
    request: HttpRequest = context["request"]
    if not has_ability(request.user, Ability.ALL_APPOINTMENTS):
        return {}
    clinic = current_clinic(request)
    return {
        "alarm": load_mail_alarm(clock.now()),
        "is_open": request.path.startswith(reverse("desk-mail")),
        "zone": clinic.zone if clinic else None,
        "page": request.get_full_path(),
        "csrf_token": context.get("csrf_token"),
    }
