"""The page of the account on which a grown child asks for the record that was kept for them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking.errors import Refusal
from booking.features.proxies.actions.takeovers import ask_to_take_over, withdraw_takeover
from booking.features.proxies.forms import TakeoverForm
from booking.features.proxies.models import ProxySettings
from booking.features.proxies.queries import today
from booking.features.proxies.views.family import FOLDER, is_done
from booking.views.form_pages import account_actor
from clinic.lib.http.form_pages import form_page, form_status, see_other


@form_page
def ask_for_record(request: HttpRequest) -> HttpResponse:
    """GET /me/family/own-record/ asks for the date of birth; POST leaves a task for staff.

    The answer says nothing about which records there are.
    """
    form = TakeoverForm(request.POST if request.method == "POST" else None, today=today())
    if form.is_valid() and is_done(
        form,
        "born_on",
        lambda: ask_to_take_over(
            form.cleaned_data["born_on"], form.terms, by=account_actor(request)
        ),
    ):
        messages.success(
            request,
            _("Thank you. At your next visit, please show us who you are. Then it is yours."),
        )
        return see_other("me-family")
    context = {"form": form, "ages": ProxySettings.current()}
    return render(request, f"{FOLDER}/takeover.html", context, status=form_status(form))


@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    """POST withdraws the user's request."""
    try:
        withdraw_takeover(by=account_actor(request))
        messages.success(request, _("Withdrawn."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return see_other("me-family")
