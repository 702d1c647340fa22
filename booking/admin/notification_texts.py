"""What each kind of mail says: to look at, to word, and to try out."""

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

from booking.access.roles import Ability, may
from booking.actions.notifications.notification_settings import (
    choose_messages,
    forget_wording,
    send_sample,
    word_message,
)
from booking.admin.site import RoleAdmin
from booking.forms.admin.notification_text import MessageSettingsForm, WordingForm
from booking.models import ClinicProfile, MessageText, User
from booking.notifications.kinds import Kind, all_kinds, get_kind
from booking.notifications.mail_preview import framed
from booking.notifications.rendering import render_sample, wording

METHODS = ["GET", "HEAD", "POST"]


class MessageTextAdmin(RoleAdmin):
    """Every kind has a page, whether the owner has words of his own for it or not."""

    ability = Ability.CATALOGUE

    def get_urls(self) -> list[URLPattern]:
        name = "booking_messagetext"
        return [
            path("", self._view(self.list_of_kinds), name=f"{name}_changelist"),
            path("<slug:kind>/", self._view(self.one_kind), name=f"{name}_word"),
        ]

    def _view(self, page: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
        """The mail's own style, moved into one sheet, is let in by its nonce."""
        strict = csp_update({"style-src": [NONCE]})(require_http_methods(METHODS)(page))
        return self.admin_site.admin_view(strict)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def list_of_kinds(self, request: HttpRequest) -> HttpResponse:
        """GET lists the kinds, and when mails are sent that nobody asked for; POST sets that."""
        clinic = self._clinic(request)
        form = MessageSettingsForm(request.POST or None, clinic=clinic)
        if request.method == "POST" and form.is_valid():
            choose_messages(hours=form.cleaned_data["hours"], thanks=form.cleaned_data["thanks"])
            messages.success(request, _("Saved. It holds for all appointments from now on."))
            return _back()
        own = {row.kind: row for row in MessageText.objects.select_related("changed_by")}
        rows = [(kind, own.get(kind.name)) for kind in all_kinds() if kind.editable]
        return self._page(
            request,
            "message_texts.html",
            {"title": _("What our mails say"), "rows": rows, "form": form},
            status=422 if form.errors else 200,
        )

    def one_kind(self, request: HttpRequest, kind: str) -> HttpResponse:
        """GET shows the words; POST looks at them, tries them out, saves or forgets them."""
        self._clinic(request)
        found = get_kind(kind)
        if found is None or not found.editable:
            raise Http404
        if request.method != "POST":
            subject, body = wording(found)
            form = WordingForm(kind=found, initial={"subject": subject, "body": body})
            return self._word_page(request, found, form)
        if "_forget" in request.POST:
            forget_wording(found)
            messages.success(request, _("The mail has its first words again."))
            return HttpResponseRedirect(request.path)
        return self._posted(request, found, WordingForm(request.POST, kind=found))

    def _posted(self, request: HttpRequest, kind: Kind, form: WordingForm) -> HttpResponse:
        if not form.is_valid():
            return self._word_page(request, kind, form, status=422)
        subject, body = form.words
        user = cast(User, request.user)
        if "_preview" in request.POST:
            return self._word_page(request, kind, form, preview=True)
        if "_test" in request.POST:
            send_sample(kind, subject=subject, body=body, to=user.email)
            said = _("A test is on its way to %(email)s. Nothing is saved yet.")
            messages.success(request, said % {"email": user.email})
            return self._word_page(request, kind, form, preview=True)
        word_message(kind, subject=subject, body=body, by=user)
        messages.success(request, _("Saved. Mails say this from now on."))
        return _back()

    def _word_page(
        self,
        request: HttpRequest,
        kind: Kind,
        form: WordingForm,
        *,
        status: int = 200,
        preview: bool = False,
    ) -> HttpResponse:
        context: dict[str, Any] = {
            "title": kind.label,
            "kind": kind,
            "form": form,
            "is_own": MessageText.objects.filter(kind=kind.name).exists(),
        }
        if preview:
            mail = render_sample(kind, *form.words)
            nonce = str(request.csp_nonce)  # type: ignore[attr-defined]  # the middleware's
            context |= {"mail": mail, "framed": framed(mail.html, nonce)}
        return self._page(request, "message_text.html", context, status=status)

    def _page(
        self, request: HttpRequest, name: str, context: dict[str, Any], *, status: int
    ) -> HttpResponse:
        context = self.admin_site.each_context(request) | {"opts": self.opts} | context
        return TemplateResponse(request, f"admin/{name}", context, status=status)

    def _clinic(self, request: HttpRequest) -> ClinicProfile:
        if not may(request.user, self.ability):
            raise PermissionDenied
        clinic = ClinicProfile.current()
        if clinic is None:
            raise Http404
        return clinic


def _back() -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:booking_messagetext_changelist"))
