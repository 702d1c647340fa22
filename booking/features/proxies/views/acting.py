"""Start and stop acting for a patient."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking.access.acting import for_proxies, start_acting, stop_acting
from booking.errors import MayNotActForPatient
from booking.features.proxies.queries import find_patient_to_act_for
from booking.views.form_pages import signed_in_user
from clinic.lib.http.form_pages import see_other


@for_proxies()
@require_POST
def act(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """POST /me/family/<patient>/act/ starts acting for a patient."""
    user = signed_in_user(request)
    patient = find_patient_to_act_for(user, public_id)
    if patient is None:
        stop_acting(request)
        messages.error(request, str(MayNotActForPatient()))
        return see_other("me-family")
    start_acting(request, patient)
    return see_other("me")


@for_proxies()
@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    """POST /me/family/stop/ returns to the user's own account."""
    stop_acting(request)
    messages.success(request, _("You are back in your own account."))
    return see_other("me-family" if request.POST.get("to") == "family" else "me")
