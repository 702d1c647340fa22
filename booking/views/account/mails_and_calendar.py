"""A patient's choices of mails, their consents, and their calendar feed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking.actions.patients.mail_choices import choose_mails
from booking.actions.staff.calendar_feeds import create_feed, revoke_feeds
from booking.forms.account.own_details import MailChoicesForm
from booking.forms.public.health_questions import consent_words
from booking.notifications.links import feed_url, webcal_url
from booking.queries.health.consent import find_health_consent
from booking.queries.health.shown_answers import shown_answers
from booking.queries.health.status import get_active_questionnaire
from booking.queries.patients.consents import consents_of
from booking.queries.staff.calendar_feeds import active_feed
from booking.views.account.own_record import own_actor, own_record
from booking.views.form_pages import clinic_zone, get_clinic_or_404, signed_in_user
from clinic.lib.http.form_pages import see_other


@require_http_methods(["GET", "HEAD", "POST"])
def reminders(request: HttpRequest) -> HttpResponse:
    """GET /me/reminders/ shows choices and consents, POST saves the choices."""
    patient = own_record(request)
    if request.method == "POST":
        form = MailChoicesForm(request.POST, patient=patient)
        if form.is_valid():
            choose_mails(patient, **form.cleaned_data, by=own_actor(request))
            messages.success(request, _("Saved."))
        return see_other("me-reminders")
    active = get_active_questionnaire()
    context = {
        "form": MailChoicesForm(patient=patient),
        "patient": patient,
        "reminder_hours": get_clinic_or_404(request).reminder_hours,
        "consents": consents_of(patient),
        "consent": find_health_consent(patient, shown_answers(patient, signed_in_user(request))),
        "consent_text": consent_words(active.questionnaire) if active is not None else "",
        "feed": active_feed(patient),
        "zone": clinic_zone(request),
    }
    return render(request, "booking/account/reminders.html", context)


@require_POST
def create_calendar(request: HttpRequest) -> HttpResponse:
    """POST makes a new calendar feed, which replaces an earlier one, and shows its address once."""
    address = feed_url(create_feed(own_record(request)))
    context = {"address": address, "subscribe_url": webcal_url(address)}
    return render(request, "booking/account/calendar_feed.html", context)


@require_POST
def end_calendar(request: HttpRequest) -> HttpResponse:
    """POST revokes the calendar feed."""
    revoke_feeds(own_record(request))
    messages.success(request, _("The address has stopped working."))
    return see_other("me-reminders")
