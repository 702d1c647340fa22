"""The clinic itself: who it is, what it allows, when it can be reached, when it is closed."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import SimpleListFilter, display
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from booking.admin.base import OfficeAdmin
from booking.models import Closure
from booking.queries.clinic import current_clinic
from booking.queries.closing import booked_during
from clinic.lib import clock


class ClinicProfileAdmin(OfficeAdmin):
    """The one row: its list leads straight to it."""

    fieldsets = (
        (None, {"fields": ("name", "tagline", "about")}),
        (gettext_lazy("How to reach it"), {
            "fields": ("phone", "email", "street", "postcode", "city", "region", "country",
                       "directions", "wheelchair_access"),
        }),
        (gettext_lazy("Time and money"), {
            "fields": ("time_zone", "currency"),
            "description": gettext_lazy(
                "Hours are meant by the clock of this zone. Appointments keep the moment and the "
                "price they were booked at."
            ),
        }),
        (gettext_lazy("What patients may book"), {
            "fields": ("horizon_days", "notice_minutes", "grid_minutes", "avoid_gaps",
                       "hold_minutes"),
        }),
        (gettext_lazy("Changing and cancelling"), {"fields": ("cancellation_hours", "most_moves")}),
        (gettext_lazy("Safety"), {"fields": ("guest_bookings_per_hour", "desk_idle_minutes")}),
    )  # fmt: skip

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        clinic = current_clinic(request)
        if clinic is None:
            return HttpResponseRedirect(reverse("admin:booking_clinicprofile_add"))
        return HttpResponseRedirect(reverse("admin:booking_clinicprofile_change", args=[clinic.pk]))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request) and current_clinic(request) is None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OpeningHoursAdmin(OfficeAdmin):
    """When somebody answers the phone. What can be booked follows the therapists' hours."""

    list_display = ("weekday", "starts", "ends")
    list_filter = ("weekday",)
    ordering = ("weekday", "starts")


class PastFilter(SimpleListFilter):
    """Closures that are over are of interest to few."""

    title = gettext_lazy("when")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("coming", _("now and to come")), ("past", _("over"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Closure]) -> QuerySet[Closure]:
        clinic = current_clinic(request)
        today = clock.now().astimezone(clinic.zone if clinic else None).date()
        if self.value() == "coming":
            return queryset.filter(last_day__gte=today)
        return queryset.filter(last_day__lt=today) if self.value() == "past" else queryset


class ClosureAdmin(OfficeAdmin):
    """What is booked already stays booked: the page says so and leads to the desk."""

    list_display = ("name", "first_day", "last_day", "times")
    list_filter = (PastFilter,)
    search_fields = ("name",)
    ordering = ("-first_day",)
    fieldsets = (
        (None, {"fields": ("name", "first_day", "last_day")}),
        (gettext_lazy("Only some hours"), {"fields": ("starts", "ends")}),
    )

    @display(description=gettext_lazy("hours"))
    def times(self, row: Closure) -> str:
        if row.starts is None or row.ends is None:
            return _("whole days")
        return f"{row.starts:%H:%M}-{row.ends:%H:%M}"

    def save_model(self, request: HttpRequest, obj: Closure, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        clinic = current_clinic(request)
        number = len(booked_during(obj, clinic, clock.now())) if clinic else 0
        if number:
            said = ngettext(
                "%(n)s appointment is booked in that time. Please move or cancel it.",
                "%(n)s appointments are booked in that time. Please move or cancel them.",
                number,
            ) % {"n": number}
            link = format_html('{} <a href="{}">{}</a>', said, reverse("desk"), _("To the desk"))
            messages.warning(request, link)
