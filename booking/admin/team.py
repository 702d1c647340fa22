"""Therapists and users."""

from typing import Any

from django.contrib.admin import SimpleListFilter, display
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt

from booking.access.roles import Ability
from booking.actions.schedule.set_therapist_options import set_therapist_options
from booking.admin.model_admins import ClinicInline, ReadOnlyAdmin
from booking.admin.switch_off import PreviewedFieldsAdmin
from booking.admin.therapist_photo import therapist_photo_page
from booking.forms.admin.therapist import TherapistForm
from booking.models import Offer, Role, Therapist, User
from booking.queries.staff.members import staff_members


class OwnPriceInline(ClinicInline):
    """The own prices of a therapist, a row for each offered option."""

    model = Offer
    fields = (("usual_price", "own_price"),)
    readonly_fields = ("usual_price",)
    verbose_name_plural = gettext_lazy("own prices (only where they differ from the usual ones)")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Offer]:
        rows = super().get_queryset(request).select_related("option__treatment", "therapist")
        return rows.order_by("option__treatment__position", "option__treatment", "option__minutes")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description=gettext_lazy("usual price"))
    def usual_price(self, row: Offer) -> str:
        return str(row.option.price)


class TherapistAdmin(PreviewedFieldsAdmin):
    """Therapists, the options they offer and their own prices."""

    form = TherapistForm
    list_display = ("name", "credentials", "languages", "option_count", "position", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "credentials", "user__email")
    prepopulated_fields = {"slug": ("name",)}
    readonly_fields = ("photo", "sign_in_email")
    inlines = (OwnPriceInline,)
    appointments_lookup = "appointments"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "name",
                    "credentials",
                    "licence_number",
                    "languages",
                    "bio",
                    "photo",
                    "slug",
                )
            },
        ),
        (gettext_lazy("Booking"), {"fields": ("is_active", "gives", "position")}),
        (gettext_lazy("Sign-in"), {"fields": ("sign_in_email",)}),
    )

    def get_urls(self) -> list[URLPattern]:
        photo = path(
            "<int:pk>/photo/",
            self.admin_site.admin_view(self.photo_page),
            name="booking_therapist_photo",
        )
        return [photo, *super().get_urls()]

    @csrf_exempt  # the page checks the token itself, once it has set the limit of the upload
    def photo_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show or change the photo."""
        return therapist_photo_page(
            request, pk, ability=self.ability, site_context=self.admin_site.each_context(request)
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Therapist]:
        count = Count("offers", filter=Q(offers__option__is_active=True))
        return (
            super()
            .get_queryset(request)
            .select_related("user")
            .annotate(annotated_option_count=count)
        )

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        set_therapist_options(form.instance, form.cleaned_data["gives"])

    @display(description=gettext_lazy("options given"), ordering="annotated_option_count")
    def option_count(self, row: Any) -> int:
        count: int = row.annotated_option_count
        return count

    @display(description=gettext_lazy("photo"))
    def photo(self, row: Therapist) -> str:
        if row._state.adding:
            return _("Save first, then add a photo.")
        words = _("Change the photo") if row.photo_digest else _("Add a photo")
        address = reverse("admin:booking_therapist_photo", args=[row.pk])
        return format_html('<a href="{}">{}</a>', address, words)

    @display(description=gettext_lazy("signs in as"))
    def sign_in_email(self, row: Therapist) -> str:
        if row.user is None:
            address = reverse("desk-staff")
            help_text = _("Nobody yet. Invite them on the desk, under Team.")
            return format_html('<a href="{}">{}</a>', address, help_text)
        return row.user.email


class RoleFilter(SimpleListFilter):
    """Users by role."""

    title = gettext_lazy("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return Role.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        if self.value() not in Role.values:
            return queryset
        return queryset.filter(staff_roles__role=self.value())


class UserAdmin(ReadOnlyAdmin):
    """Users of staff, read-only. Invitations, roles and deactivation are done at the desk."""

    ability = Ability.STAFF
    list_display = ("email", "name", "roles", "is_active", "last_login")
    list_filter = (RoleFilter, "is_active")
    search_fields = ("email", "name")
    ordering = ("name", "email")
    fields = ("email", "name", "roles", "is_active", "last_login", "joined_at", "desk_link")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return staff_members()

    @display(description=gettext_lazy("roles"))
    def roles(self, row: User) -> str:
        labels = [str(role.get_role_display()) for role in row.staff_roles.all()]
        if row.is_superuser:
            labels.append(_("owner, made on the server"))
        return ", ".join(labels)

    @display(description=gettext_lazy("change"))
    def desk_link(self, row: User) -> str:
        address = reverse("desk-staff-member", args=[row.pk])
        return format_html('<a href="{}">{}</a>', address, _("Roles and access, on the desk"))
