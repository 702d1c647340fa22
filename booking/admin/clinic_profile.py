"""The clinic's profile, reception hours and closures."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import SimpleListFilter, display
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.actions.audit.record import current_actor
from booking.actions.schedule.cancel_time_off import cancel_closure
from booking.actions.schedule.change_time_zone import change_unused_time_zone
from booking.admin.model_admins import ClinicModelAdmin
from booking.errors import Refusal
from booking.forms.admin.clinic_profile import ClinicProfileForm
from booking.forms.fields import PhoneField, phone_warning
from booking.models import ClinicProfile, Closure
from booking.models.current_clinic import clinic_date, current_clinic
from clinic.lib.dates import clock, date_format


class ClinicProfileAdmin(ClinicModelAdmin):
    """The clinic's profile. There is one row, so the list redirects to it."""

    form = ClinicProfileForm

    fieldsets = (
        (None, {"fields": ("name", "tagline", "about")}),
        (gettext_lazy("How to reach it"), {
            "fields": ("phone", "email", "street", "postcode", "city", "region", "country",
                       "directions", "wheelchair_access"),
        }),
        (gettext_lazy("Time and money"), {
            "fields": ("time_zone", "currency"),
            "description": gettext_lazy(
                "Hours are meant by the clock of this zone. Appointments keep the price they were "
                "booked at."
            ),
        }),
        (gettext_lazy("What patients may book"), {
            "fields": ("horizon_days", "notice_minutes", "grid_minutes", "avoid_gaps",
                       "hold_minutes"),
        }),
        (gettext_lazy("Changing and canceling"), {"fields": ("cancellation_hours",
        "max_patient_moves", "answer_hours")}),
        (gettext_lazy("Safety"), {"fields": ("guest_bookings_per_hour", "desk_idle_minutes",
        "audit_kept_years")}),
    )  # fmt: skip

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "phone":
            kwargs["form_class"] = PhoneField
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change and "time_zone" in form.changed_data:
            self._change_time_zone(request, obj)
        super().save_model(request, obj, form, change)
        if sentence := phone_warning(obj.phone, obj.country):
            messages.warning(request, sentence)

    def _change_time_zone(self, request: HttpRequest, obj: Any) -> None:
        """Change the zone by the action. If somebody has booked meanwhile, keep it and show a
        message."""
        try:
            change_unused_time_zone(obj.time_zone, by=current_actor())
        except Refusal as refusal:
            obj.time_zone = ClinicProfile.objects.values_list("time_zone", flat=True).get()
            messages.error(request, str(refusal))

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


class OpeningHoursAdmin(ClinicModelAdmin):
    """When the phone is answered. Bookable times follow the therapists' hours instead."""

    list_display = ("weekday", "starts", "ends")
    list_filter = ("weekday",)
    ordering = ("weekday", "starts")


class ClosureDateFilter(SimpleListFilter):
    """Closures that are over, or not."""

    title = gettext_lazy("when")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("coming", _("now and to come")), ("past", _("over"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Closure]) -> QuerySet[Closure]:
        clinic = current_clinic(request)
        today = clinic_date(clock.now(), clinic)
        if self.value() == "coming":
            return queryset.filter(last_day__gte=today)
        return queryset.filter(last_day__lt=today) if self.value() == "past" else queryset


class ClosureAdmin(ClinicModelAdmin):
    """Closures. They are added at the desk, which resolves the affected appointments."""

    list_display = ("name", "first_day", "last_day", "hours")
    list_filter = (ClosureDateFilter,)
    search_fields = ("name",)
    ordering = ("-first_day",)
    fields = ("name", "first_day", "last_day", "hours")
    readonly_fields = ("first_day", "last_day", "hours")

    @display(description=gettext_lazy("hours"))
    def hours(self, row: Closure) -> str:
        if row.starts is None or row.ends is None:
            return _("whole days")
        return f"{date_format.format_time(row.starts)}-{date_format.format_time(row.ends)}"

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(reverse("desk-closures"))

    def delete_model(self, request: HttpRequest, obj: Closure) -> None:
        cancel_closure(obj)
