"""The page of a therapist's photo in the back office."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.access.roles import Ability, has_ability
from booking.actions.staff.therapist_photo import remove_therapist_photo, set_therapist_photo
from booking.forms.admin.therapist_photo import TherapistPhotoForm
from booking.models import Therapist
from clinic.lib.files.pictures import MAX_FILE_BYTES, InvalidImage
from clinic.lib.http.uploads import accept_uploads, is_upload_too_large

FILE_TOO_LARGE_ERROR = gettext_lazy("This file is too large. Please choose one of up to 10 MB.")


@accept_uploads(MAX_FILE_BYTES)
def therapist_photo_page(
    request: HttpRequest, pk: int, *, ability: Ability, site_context: dict[str, Any]
) -> HttpResponse:
    """GET shows the photo and the form; POST stores a new photo or removes the present one."""
    if not has_ability(request.user, ability):
        raise PermissionDenied
    therapist = get_object_or_404(Therapist, pk=pk)
    form = TherapistPhotoForm()
    status = 200
    if request.method == "POST":
        if "remove" in request.POST:
            remove_therapist_photo(therapist)
            messages.success(request, _("The photo is gone. The initials are shown again."))
            return _back(therapist)
        form, status = TherapistPhotoForm(request.POST, request.FILES), 422
        if is_upload_too_large(request):
            form.is_valid()
            del form.errors["file"]
            form.add_error("file", FILE_TOO_LARGE_ERROR)
            status = 413
        elif form.is_valid() and _stored(therapist, form):
            messages.success(request, _("The photo is shown on the public pages now."))
            return _back(therapist)
    context = site_context | {
        "title": _("Photo of %(name)s") % {"name": therapist.name},
        "opts": Therapist._meta,
        "therapist": therapist,
        "form": form,
    }
    return TemplateResponse(request, "admin/therapist_photo.html", context, status=status)


def _stored(therapist: Therapist, form: TherapistPhotoForm) -> bool:
    try:
        set_therapist_photo(therapist, form.upload, form.upload.size or 0)
    except InvalidImage as refusal:
        form.add_error("file", str(refusal))
        return False
    return True


def _back(therapist: Therapist) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:booking_therapist_change", args=[therapist.pk]))
