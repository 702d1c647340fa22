"""Edit, preview and test the text of each kind of notification."""

from collections.abc import Callable
from typing import Any, cast

from csp.constants import NONCE
from csp.decorators import csp_update
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.access.roles import Ability, has_ability
from booking.actions.notifications.notification_settings import (
    reset_notification_text,
    save_notification_text,
    send_sample_notification,
    set_notification_settings,
)
from booking.admin.site import AbilityModelAdmin
from booking.forms.admin.notification_text import NotificationSettingsForm, NotificationTextForm
from booking.models import ClinicProfile, NotificationText, User
from booking.notifications.kinds import NotificationKind, all_kinds, get_kind
from booking.notifications.mail_preview import iframe_document
from booking.notifications.rendering import get_wording, render_sample

ALLOWED_METHODS = ["GET", "HEAD", "POST"]


class NotificationTextAdmin(AbilityModelAdmin):
    """A list of all kinds and a page for each, with or without a custom text."""

    ability = Ability.CATALOGUE

    def get_urls(self) -> list[URLPattern]:
        name = "booking_notificationtext"
        return [
            path("", self._view(self.list_view), name=f"{name}_changelist"),
            path("<slug:kind>/", self._view(self.edit_view), name=f"{name}_wording"),
        ]

    def _view(self, page: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
        """Wrap a page so that the style sheet of a mail preview is allowed by its nonce."""
        with_nonce = csp_update({"style-src": [NONCE]})(require_http_methods(ALLOWED_METHODS)(page))
        return self.admin_site.admin_view(with_nonce)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def list_view(self, request: HttpRequest) -> HttpResponse:
        """GET lists the kinds and shows when automatic mails are sent; POST saves that."""
        clinic = self._require_clinic(request)
        form = NotificationSettingsForm(request.POST or None, clinic=clinic)
        if request.method == "POST" and form.is_valid():
            set_notification_settings(
                hours=form.cleaned_data["hours"], thanks=form.cleaned_data["thanks"]
            )
            messages.success(request, _("Saved. It holds for all appointments from now on."))
            return _redirect_to_list()
        custom_texts = {
            row.kind: row for row in NotificationText.objects.select_related("changed_by")
        }
        rows = [(kind, custom_texts.get(kind.name)) for kind in all_kinds() if kind.is_editable]
        return self._render_page(
            request,
            "message_texts.html",
            {"title": _("What our mails say"), "rows": rows, "form": form},
            status=422 if form.errors else 200,
        )

    def edit_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """GET shows the text of a kind; POST previews, tests, saves or resets it."""
        self._require_clinic(request)
        notification_kind = get_kind(kind)
        if notification_kind is None or not notification_kind.is_editable:
            raise Http404
        if request.method != "POST":
            subject, body = get_wording(notification_kind)
            form = NotificationTextForm(
                kind=notification_kind, initial={"subject": subject, "body": body}
            )
            return self._render_edit_page(request, notification_kind, form)
        if "_reset" in request.POST:
            reset_notification_text(notification_kind)
            messages.success(request, _("The mail has its first words again."))
            return HttpResponseRedirect(request.path)
        return self._handle_post(
            request, notification_kind, NotificationTextForm(request.POST, kind=notification_kind)
        )

    def _handle_post(
        self, request: HttpRequest, kind: NotificationKind, form: NotificationTextForm
    ) -> HttpResponse:
        if not form.is_valid():
            return self._render_edit_page(request, kind, form, status=422)
        subject, body = form.words
        user = cast(User, request.user)
        if "_preview" in request.POST:
            return self._render_edit_page(request, kind, form, preview=True)
        if "_test" in request.POST:
            send_sample_notification(kind, subject=subject, body=body, to=user.email)
            message = _("A test is on its way to %(email)s. Nothing is saved yet.")
            messages.success(request, message % {"email": user.email})
            return self._render_edit_page(request, kind, form, preview=True)
        save_notification_text(kind, subject=subject, body=body, by=user)
        messages.success(request, _("Saved. Mails say this from now on."))
        return _redirect_to_list()

    def _render_edit_page(
        self,
        request: HttpRequest,
        kind: NotificationKind,
        form: NotificationTextForm,
        *,
        status: int = 200,
        preview: bool = False,
    ) -> HttpResponse:
        context: dict[str, Any] = {
            "title": kind.label,
            "kind": kind,
            "form": form,
            "is_customized": NotificationText.objects.filter(kind=kind.name).exists(),
        }
        if preview:
            mail = render_sample(kind, *form.words)
            nonce = str(request.csp_nonce)  # type: ignore[attr-defined]  # the middleware's
            context |= {"mail": mail, "iframe_document": iframe_document(mail.html, nonce)}
        return self._render_page(request, "message_text.html", context, status=status)

    def _render_page(
        self, request: HttpRequest, name: str, context: dict[str, Any], *, status: int
    ) -> HttpResponse:
        context = self.admin_site.each_context(request) | {"opts": self.opts} | context
        return TemplateResponse(request, f"admin/{name}", context, status=status)

    def _require_clinic(self, request: HttpRequest) -> ClinicProfile:
        if not has_ability(request.user, self.ability):
            raise PermissionDenied
        clinic = ClinicProfile.current()
        if clinic is None:
            raise Http404
        return clinic


def _redirect_to_list() -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:booking_notificationtext_changelist"))
