"""Signatures under the health questions, and rules of accommodations."""

from typing import Any, ClassVar, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _

from booking.access.roles import Ability
from booking.actions.health.sign_questionnaire import sign_questionnaire
from booking.admin.site import AbilityModelAdmin
from booking.errors import CannotSign
from booking.models import ClinicProfile, ScreeningSignature, User
from booking.models.current_clinic import clinic_date
from booking.screening.questionnaires import all_questionnaires
from clinic.lib.dates import clock


class SignatureForm(forms.ModelForm):
    """The version to sign and the clinician who signs it."""

    version = forms.ChoiceField(
        label=_("Version"), help_text=_("Please read it first: the words are shown below.")
    )
    confirm = forms.BooleanField(
        label=_("The clinician named above has read these questions and approves them."),
        error_messages={"required": _("Without approval it cannot be signed.")},
    )

    class Meta:
        model = ScreeningSignature
        fields = ("version", "clinician", "registration", "signed_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "version" in self.fields:
            choices = [(version.code, version.code) for version in reversed(all_questionnaires())]
            cast(forms.ChoiceField, self.fields["version"]).choices = choices

    def clean_signed_on(self) -> Any:
        signed_on = self.cleaned_data["signed_on"]
        if signed_on > clinic_date(clock.now(), ClinicProfile.current()):
            raise forms.ValidationError(str(CannotSign()))
        return signed_on


class LimitedPagesAdmin(AbilityModelAdmin):
    """A model admin with only some of Django's pages, given by the last part of their names."""

    ability = Ability.CATALOGUE
    allowed_pages: ClassVar[frozenset[str]]

    def get_urls(self) -> list[URLPattern]:
        return [
            pattern
            for pattern in super().get_urls()
            if (pattern.name or "").rpartition("_")[2] in self.allowed_pages
        ]

    def _get_obj_does_not_exist_redirect(self, *_: Any) -> Any:
        """Answer 404 for a missing object, where Django would redirect."""
        raise Http404


class ScreeningSignatureAdmin(LimitedPagesAdmin):
    """Signatures: added, never changed. The newest one decides which questions are asked."""

    allowed_pages = frozenset({"changelist", "add"})
    form = SignatureForm
    list_display = ("version", "clinician", "registration", "signed_on", "recorded_by")
    list_display_links = None
    add_form_template = "admin/signature.html"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        context = {"versions": list(reversed(all_questionnaires())), **(extra_context or {})}
        return super().add_view(request, form_url, context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        data = form.cleaned_data
        signed = sign_questionnaire(
            data["version"],
            by=cast(User, request.user),
            name=data["clinician"],
            registration=data["registration"],
            signed_on=data["signed_on"],
        )
        obj.pk = signed.pk

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> Any:
        """Redirect to the list, since a signature has no page of its own."""
        messages.success(request, _("Signed. These questions are asked from now on."))
        return HttpResponseRedirect(reverse("admin:booking_screeningsignature_changelist"))


class AccommodationRuleAdmin(LimitedPagesAdmin):
    """Which accommodations are offered, and the minutes they add."""

    allowed_pages = frozenset({"changelist", "add", "change"})
    list_display = ("accommodation", "is_offered", "extra_minutes")
