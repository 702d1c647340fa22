"""Who can read a patient's data, and who has read it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking.actions.patients.end_links import end_own_links
from booking.queries.patients.access_overview import (
    audit_entries_of,
    history_lines,
    own_lines,
    staff_with_access,
)
from booking.queries.patients.devices import sessions_of
from booking.queries.staff.calendar_feeds import active_feed
from booking.registries import patient_access
from booking.views.account.own_record import own_actor, own_record
from booking.views.form_pages import clinic_zone, signed_in_user
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import see_other

PAGE_SIZE = 30


@require_safe
def access(request: HttpRequest) -> HttpResponse:
    """GET /me/access/?page=2: who and what can read the patient's data, and who has read it."""
    patient, now = own_record(request), clock.now()
    page = Paginator(audit_entries_of(patient), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "staff": staff_with_access(patient, now),
        "others": patient_access.access_lines(patient, now),
        "links": own_lines(patient, now),
        "has_feed": active_feed(patient) is not None,
        "devices": sessions_of(signed_in_user(request), now),
        "page": page,
        "history": history_lines(page.object_list, patient),
        "zone": clinic_zone(request),
    }
    return render(request, "booking/account/access.html", context)


@require_POST
def end_links(request: HttpRequest) -> HttpResponse:
    """POST ends the links in all mails that the patient has got so far."""
    end_own_links(own_record(request), by=own_actor(request))
    messages.success(
        request, _("The links in our earlier mails have ended. New mails carry new ones.")
    )
    return see_other("me-access")
