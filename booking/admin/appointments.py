"""Appointments and their history, read-only. Buttons call the same actions as the desk."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

from django.contrib import messages
from django.contrib.admin import SimpleListFilter, display
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.actions.actor import Actor, ActorType
from booking.actions.appointments.cancel import cancel_appointment
from booking.actions.appointments.restore import restore_appointment
from booking.actions.audit.reads import record_appointment_read
from booking.actions.audit.record import current_actor
from booking.admin.model_admins import ClinicInline, ReadOnlyAdmin
from booking.errors import Refusal
from booking.lifecycle import Status
from booking.models import Appointment, AppointmentEvent, User
from clinic.lib.dates import clock
from clinic.lib.text.money import format_money
from clinic.lib.text.search_text import normalize_text

URL_NAME_PREFIX = "booking_appointment"


class StartDateFilter(SimpleListFilter):
    """Appointments of the next or the last seven days."""

    title = gettext_lazy("when")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("coming", _("next 7 days")), ("past", _("last 7 days"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Appointment]
    ) -> QuerySet[Appointment]:
        now, week = clock.now(), timedelta(days=7)
        if self.value() == "coming":
            return queryset.filter(starts_at__gte=now, starts_at__lt=now + week)
        if self.value() == "past":
            return queryset.filter(starts_at__lt=now, starts_at__gte=now - week)
        return queryset


class AppointmentEventInline(ClinicInline):
    """The history of an appointment, read-only."""

    model = AppointmentEvent
    readonly_fields = ("at", "kind", "actor_type", "user")
    fields = (readonly_fields,)
    verbose_name_plural = gettext_lazy("history")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AppointmentEvent]:
        return super().get_queryset(request).select_related("user")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AppointmentAdmin(ReadOnlyAdmin):
    """Appointments without holds and without what patients wrote."""

    change_form_template = "admin/appointment.html"
    list_display = (
        "starts_at",
        "status",
        "patient",
        "option",
        "therapist",
        "room",
        "formatted_price",
    )
    list_filter = ("status", StartDateFilter, "therapist", "room")
    list_select_related = ("patient", "option__treatment", "therapist", "room")
    search_fields = ("patient__search_text",)
    ordering = ("-starts_at",)
    inlines = (AppointmentEventInline,)
    fieldsets = (
        (None, {"fields": ("starts_at", "ends_at", "blocked_until", "status")}),
        (gettext_lazy("What and where"), {"fields": ("option", "therapist", "room",
        "formatted_price")}),
        (gettext_lazy("Patient"), {
            "fields": ("patient", "any_therapist", "booked_at", "terms_accepted_at",
                       "patient_move_count", "attendance_confirmed_at", "cancelled_at"),
        }),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Appointment]:
        return (
            super().get_queryset(request).exclude(status=Status.HOLD).defer("draft", "patient_note")
        )

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        return super().get_search_results(request, queryset, normalize_text(search_term))

    def get_urls(self) -> list[URLPattern]:
        return [
            path("<int:pk>/cancel/", self.post_view(self.cancel), name=f"{URL_NAME_PREFIX}_cancel"),
            path(
                "<int:pk>/restore/", self.post_view(self.restore), name=f"{URL_NAME_PREFIX}_restore"
            ),
            *super().get_urls(),
        ]

    @display(description=gettext_lazy("price"), ordering="price")
    def formatted_price(self, row: Appointment) -> str:
        return format_money(row.price, row.currency)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the appointment, and record in the audit trail that it was read."""
        if isinstance(kwargs.get("obj"), Appointment):
            record_appointment_read(kwargs["obj"], by=current_actor())
        return super().render_change_form(request, context, *args, **kwargs)

    def cancel(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Cancel the appointment and notify the patient."""
        return self._run_action(
            request, pk, cancel_appointment, _("Canceled. The patient is told.")
        )

    def restore(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Undo a cancellation, if the time is still free."""
        return self._run_action(
            request, pk, restore_appointment, _("Booked again. The patient is told.")
        )

    def _run_action(
        self, request: HttpRequest, pk: int, action: Callable[..., Any], success_message: str
    ) -> HttpResponse:
        row = get_object_or_404(self.get_queryset(request), pk=pk)
        try:
            action(row, by=Actor(ActorType.STAFF, cast(User, request.user)))
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, success_message)
        return HttpResponseRedirect(reverse(f"admin:{URL_NAME_PREFIX}_change", args=[pk]))


class AppointmentEventAdmin(ReadOnlyAdmin):
    """The history of all appointments, newest first, read-only."""

    list_display = ("at", "kind", "appointment", "actor_type", "user")
    list_filter = ("kind", "actor_type")
    list_select_related = ("appointment__option__treatment", "user")
    ordering = ("-pk",)
    search_fields = ("user__email", "user__name")
    fields = readonly_fields = ("at", "kind", "appointment", "actor_type", "user")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AppointmentEvent]:
        rows = super().get_queryset(request)
        return rows.select_related("appointment__option__treatment", "user")
