"""Withdraw the consent to health answers, give it again, and ask for a restriction."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking.access.acting import for_proxies
from booking.access.proxies import Permission
from booking.actions.health.health_consent import (
    give_health_consent_again,
    withdraw_health_consent,
)
from booking.actions.patients.restrictions import (
    request_restriction,
    withdraw_restriction_request,
)
from booking.errors import Refusal
from booking.forms.account.restriction import RestrictionRequestForm
from booking.views.account.download import own_data_page
from booking.views.account.own_record import own_actor, own_record, shown_record
from booking.views.form_pages import account_actor
from clinic.lib.http.form_pages import see_other


@for_proxies(Permission.SEE_HEALTH)
@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    """POST withdraws the consent to the health answers given so far. Idempotent."""
    try:
        withdraw_health_consent(shown_record(request), by=account_actor(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return see_other("me")
    messages.success(request, _("The consent is withdrawn. The answers are no longer used."))
    return see_other("me-health")


@for_proxies(Permission.SEE_HEALTH)
@require_POST
def give_again(request: HttpRequest) -> HttpResponse:
    """POST gives the consent again. Idempotent."""
    try:
        give_health_consent_again(shown_record(request), by=account_actor(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return see_other("me")
    messages.success(request, _("Thank you. The answers are used again."))
    return see_other("me-health")


@require_POST
def ask_for_restriction(request: HttpRequest) -> HttpResponse:
    """POST asks the clinic to restrict what is done with the patient's data."""
    form = RestrictionRequestForm(request.POST)
    if not form.is_valid():
        return own_data_page(request, form)
    try:
        request_restriction(own_record(request), form.reason, by=own_actor(request))
    except Refusal as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(request, _("We have your request, and will get back to you."))
    return see_other("me-download")


@require_POST
def withdraw_restriction(request: HttpRequest) -> HttpResponse:
    """POST withdraws the request."""
    withdraw_restriction_request(own_record(request), by=own_actor(request))
    messages.success(request, _("Your request is withdrawn."))
    return see_other("me-download")
