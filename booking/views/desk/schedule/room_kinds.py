"""Change the kind of a room, or the kind that a treatment needs, after a preview."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.forms.desk.room_kinds import NeededRoomKindForm, RoomKindForm
from booking.inputs import RoomKindChange, TreatmentRoomKindChange
from booking.models import Room, RoomKind, Treatment
from booking.views.desk.schedule.impact import (
    ScheduleChangeRequest,
    choices_so_far,
    is_back_to_form,
    save_or_preview,
)
from clinic.lib.http.form_pages import form_status


@require_http_methods(["GET", "HEAD", "POST"])
def room_kind(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks for the kind of a room; POST changes it."""
    room = get_object_or_404(Room.objects.select_related("kind"), pk=pk)
    form = RoomKindForm(request.POST or None, initial={"kind": room.kind_id})
    return_url = reverse("admin:booking_room_change", args=[room.pk])
    if form.is_valid() and not is_back_to_form(request):
        kind: RoomKind = form.cleaned_data["kind"]
        names = {"room": room, "kind": kind}
        change_request = ScheduleChangeRequest(
            change=RoomKindChange(room.pk, kind.pk),
            summary=_("%(room)s becomes: %(kind)s") % names,
            success_message=_("%(room)s is a room of this kind now: %(kind)s.") % names,
            return_url=return_url,
        )
        return save_or_preview(request, change_request)
    title = _("What kind of room is %(room)s?") % {"room": room}
    return _page(request, form, title, return_url)


@require_http_methods(["GET", "HEAD", "POST"])
def treatment_room_kind(request: HttpRequest, slug: str) -> HttpResponse:
    """GET asks which kind of room a treatment needs; POST changes it."""
    treatment = get_object_or_404(Treatment, slug=slug)
    form = NeededRoomKindForm(request.POST or None, initial={"kind": treatment.room_kind_id})
    return_url = reverse("admin:booking_treatment_change", args=[treatment.pk])
    if request.method == "POST" and form.is_valid() and not is_back_to_form(request):
        kind: RoomKind | None = form.cleaned_data["kind"]
        names = {"treatment": treatment, "kind": kind or _("any room")}
        change_request = ScheduleChangeRequest(
            change=TreatmentRoomKindChange(treatment.pk, kind.pk if kind else None),
            summary=_("%(treatment)s needs: %(kind)s") % names,
            success_message=_("%(treatment)s needs this kind of room now: %(kind)s.") % names,
            return_url=return_url,
        )
        return save_or_preview(request, change_request)
    title = _("Which kind of room does %(treatment)s need?") % {"treatment": treatment}
    return _page(request, form, title, return_url)


def _page(request: HttpRequest, form: forms.Form, title: str, return_url: str) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "return_url": return_url,
        "carried_fields": choices_so_far(request),
    }
    template = "booking/desk/schedule/room_kind.html"
    return render(request, template, context, status=form_status(form))
