"""Treatments, their options, and rooms."""

from typing import Any

from django.contrib.admin import display
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from booking.admin.model_admins import ClinicInline, ClinicModelAdmin
from booking.admin.switch_off import PreviewedFieldsAdmin
from booking.forms.admin.switch_off import OptionForm, RoomForm, TreatmentForm
from booking.models import Option, Treatment


class OptionInline(ClinicInline):
    """Lengths and prices of a treatment. Options are deactivated, not deleted."""

    model = Option
    form = OptionForm
    fields = (("minutes", "price", "turnaround_minutes", "is_active"),)
    verbose_name_plural = _("lengths and prices (an appointment keeps the price it was booked at)")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Option]:
        return super().get_queryset(request).select_related("treatment")


class TreatmentAdmin(PreviewedFieldsAdmin):
    """Treatments and their options."""

    form = TreatmentForm

    list_display = (
        "name",
        "lengths_and_prices",
        "neutral_name",
        "pressure",
        "room_kind",
        "position",
        "is_active",
    )
    list_filter = ("is_active", "pressure", "room_kind")
    list_select_related = ("room_kind",)
    search_fields = ("name", "neutral_name", "summary")
    prepopulated_fields = {"slug": ("name",)}
    inlines = (OptionInline,)
    appointments_lookup = "options__appointments"
    fieldsets = (
        (None, {"fields": ("name", "slug", "summary", "neutral_name")}),
        (_("On its page"), {"fields": ("description", "who_for", "what_to_expect", "ask_first")}),
        (_("Booking"), {"fields": ("pressure", "room_kind", "notice_minutes", "color")}),
        (_("In the catalog"), {"fields": ("is_active", "position")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Treatment]:
        return super().get_queryset(request).prefetch_related("options")

    @display(description=_("lengths and prices"))
    def lengths_and_prices(self, row: Treatment) -> str:
        shown = [option for option in row.options.all() if option.is_active]
        return ", ".join(f"{option.minutes} min {option.price}" for option in shown) or "-"


class RoomAdmin(PreviewedFieldsAdmin):
    """Rooms."""

    form = RoomForm

    list_display = ("name", "kind", "directions", "is_active")
    list_filter = ("is_active", "kind")
    list_select_related = ("kind",)
    search_fields = ("name", "directions")
    appointments_lookup = "appointments"
    fieldsets = ((None, {"fields": ("name", "kind", "directions", "is_active")}),)


class RoomKindAdmin(ClinicModelAdmin):
    """Kinds of rooms, with the number of rooms of each."""

    list_display = ("name", "room_count")
    search_fields = ("name",)
    appointments_lookup = "rooms"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(annotated_room_count=Count("rooms"))

    @display(description=_("rooms"), ordering="annotated_room_count")
    def room_count(self, row: Any) -> int:
        count: int = row.annotated_room_count
        return count
