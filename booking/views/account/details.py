"""A patient's own details, and the change of their e-mail address."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.access.allauth_internals import record_authentication
from booking.actions.patients.change_email import complete_email_change, request_email_change
from booking.actions.patients.update_patient import change_own_details
from booking.errors import RateLimitExceeded, SameEmailAddress, WrongEmailCode
from booking.forms.account.own_details import EmailChangeCodeForm, NewEmailForm, OwnDetailsForm
from booking.queries.patients.email_changes import pending_change
from booking.views.account.own_record import (
    needs_recent_sign_in,
    own_actor,
    own_record,
    session_row_key,
)
from booking.views.form_pages import signed_in_user, warn_about_phone
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import form_status, see_other


@require_http_methods(["GET", "HEAD", "POST"])
def details(request: HttpRequest) -> HttpResponse:
    """GET /me/details/ shows the patient's details, POST changes them."""
    patient = own_record(request)
    form = OwnDetailsForm(request.POST if request.method == "POST" else None, patient=patient)
    if form.is_valid():
        if change_own_details(patient, form.details, by=own_actor(request)):
            messages.success(request, _("Saved."))
        else:
            messages.info(request, _("Nothing was different, so nothing has changed."))
        for phone in filter(None, (form.details.phone, form.details.emergency_phone)):
            warn_about_phone(request, phone)
        return see_other("me-details")
    context = {"form": form, "patient": patient}
    return render(request, "booking/account/details.html", context, status=form_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
@needs_recent_sign_in
def email(request: HttpRequest) -> HttpResponse:
    """GET asks for the new address; POST mails a code to it. The answer is the same for all
    addresses."""
    form = NewEmailForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            request_email_change(
                signed_in_user(request), form.cleaned_data["email"], by=own_actor(request)
            )
        except SameEmailAddress as refusal:
            form.add_error("email", str(refusal))
        else:
            return see_other("me-email-code")
    context = {"form": form, "pending": pending_change(signed_in_user(request), clock.now())}
    return render(request, "booking/account/email.html", context, status=form_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def email_code(request: HttpRequest) -> HttpResponse:
    """GET asks for the code that was mailed to the new address; POST changes the address."""
    user = signed_in_user(request)
    change = pending_change(user, clock.now())
    if change is None:
        messages.info(request, _("That took too long. Please ask for a new code."))
        return see_other("me-email")
    form = EmailChangeCodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        ends_others = form.cleaned_data["end_others"]
        try:
            complete_email_change(
                user,
                form.cleaned_data["code"],
                by=own_actor(request),
                end_others_but=session_row_key(request) if ends_others else None,
            )
        except (WrongEmailCode, RateLimitExceeded) as refusal:
            form.add_error("code", str(refusal))
        else:
            record_authentication(request, user, "code", email=change.new_email)
            messages.success(
                request,
                _("Your mails go to %(email)s from now on, and you sign in with that address.")
                % {"email": change.new_email},
            )
            return see_other("me-details")
    context = {"form": form, "change": change}
    return render(request, "booking/account/email_code.html", context, status=form_status(form))
