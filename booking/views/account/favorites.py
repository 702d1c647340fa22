"""Star what a patient books, so that it comes first when they book again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking.access.acting import for_proxies
from booking.access.patients import current_patient
from booking.access.proxies import Permission
from booking.actions.patients.favorites import star, unstar
from booking.errors import Refusal
from booking.forms.account.favorites import FavoriteForm
from booking.views.form_pages import account_actor
from clinic.lib.http.form_pages import see_other


@for_proxies(Permission.BOOK)
@require_POST
def favorite(request: HttpRequest) -> HttpResponse:
    """POST /me/favorites/ stars a treatment, length and therapist, or takes the star away."""
    form = FavoriteForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("That is not offered any more."))
        return see_other("me")
    patient, by = current_patient(request), account_actor(request)
    option, therapist = form.cleaned_data["option"], form.cleaned_data["therapist"]
    try:
        if form.cleaned_data["is_starred"]:
            star(patient, option, therapist, by=by)
            messages.success(request, _("Added to your favorites. It comes first when you book."))
        else:
            unstar(patient, option, therapist, by=by)
            messages.success(request, _("Removed from your favorites."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return see_other(form.cleaned_data["next"] or "me")
