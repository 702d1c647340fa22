"""The outbox on the desk: mails that were sent, wait, or did not arrive."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from csp.constants import NONCE
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from booking.access.roles import Ability, has_ability, roles_of
from booking.access.scope import visible_notifications
from booking.actions.audit.reads import record_mail_read
from booking.actions.notifications.retry_mail import retry_mail_now
from booking.actions.notifications.send_again import send_again
from booking.errors import Refusal
from booking.forms.desk.mails import PressForm
from booking.models import Notification
from booking.models.staff import Role
from booking.notifications.kinds import StrOrPromise, get_kind
from booking.notifications.mail_format import mail_from_json
from booking.notifications.mail_preview import iframe_document
from booking.notifications.sending_again import get_resend_refusal
from booking.queries.notifications.outbox import (
    OUTBOX_FOLDERS,
    count_undelivered_by_folder,
    notifications_in_folder,
    unreachable_patients,
    with_replaced,
)
from booking.views.desk.permissions import require_ability
from booking.views.desk.return_path import redirect_back
from booking.views.form_pages import audited_staff_actor, clinic_zone, staff_actor
from clinic.lib.crypto.cipher import DecryptionError
from clinic.lib.dates import clock

PAGE_SIZE = 25
FOLDER_LABELS: dict[str, StrOrPromise] = {
    "all": _("All"),
    "waiting": _("Waiting"),
    "refused": _("Refused"),
    "failed": _("Did not arrive"),
    "sent": _("Sent"),
}


@dataclass(frozen=True, slots=True)
class MailLine:
    """A mail in a list: its row, the label of its kind, and whether it can be sent again.

    The row must be one of `with_replaced`, so that each list says the same about it.
    """

    row: Notification
    kind: StrOrPromise
    can_be_sent_again: bool

    def __post_init__(self) -> None:
        if not hasattr(self.row, "is_replaced"):
            raise TypeError("Read the mails of a list with with_replaced().")


@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """GET /desk/mail/?in=failed&page=2. An unknown folder is "all"; pages are clamped."""
    now, chosen = clock.now(), request.GET.get("in", "all")
    chosen = chosen if chosen in OUTBOX_FOLDERS else "all"
    counts = count_undelivered_by_folder(request.user, now)
    page = Paginator(notifications_in_folder(request.user, chosen, now), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "folders": [
            (name, FOLDER_LABELS[name], counts.get(name), name == chosen) for name in OUTBOX_FOLDERS
        ],
        "page_query": urlencode({"in": chosen}),
        "page": page,
        "rows": [mail_line(row) for row in page],
        "submission_id": uuid4(),
        "unreachable": unreachable_patients(request.user, now),
        "zone": clinic_zone(request),
        "now": now,
        "can_see_jobs": has_ability(request.user, Ability.STAFF),
        "can_have_calendar_feed": Role.THERAPIST in roles_of(request.user),
    }
    return render(request, "booking/desk/mailbox/list.html", context)


@csp_update({"style-src": [NONCE]})  # type: ignore[arg-type]  # its types know no arguments
@require_safe
def show_mail(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /desk/mail/<pk>/: one mail, its text and HTML as they were sent."""
    rows = with_replaced(visible_notifications(request.user, clock.now()))
    row = get_object_or_404(rows.select_related("appointment__patient", "requested_by"), pk=pk)
    record_mail_read(row, by=audited_staff_actor(request))
    context = {
        "row": row,
        "kind": mail_kind_label(row.kind),
        "zone": clinic_zone(request),
        "resend_refusal": get_resend_refusal(row),
        "submission_id": uuid4(),
    }
    context |= _content_context(request, row)
    return render(request, "booking/desk/mailbox/message.html", context)


@require_POST
def send_mail_again(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /desk/mail/<pk>/again/ queues a fresh mail of the same kind, or says why not."""
    rows = visible_notifications(request.user, clock.now())
    row = get_object_or_404(rows.select_related("appointment__patient"), pk=pk)
    form = PressForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("Nothing was sent. Please press the button once more."))
        return redirect_back(request, "desk-mail-message", pk)
    try:
        send_again(row, submission_id=form.cleaned_data["submission_id"], by=staff_actor(request))
    except Refusal as refusal:
        sentence = gettext("Not sent again: %(why)s") % {"why": refusal}
        messages.error(request, sentence)
    else:
        email = row.patient.email if row.patient else row.to_email
        messages.success(request, gettext("A fresh mail goes to %(email)s.") % {"email": email})
    return redirect_back(request, "desk-mail-message", pk)


@require_ability(Ability.ALL_APPOINTMENTS)
@require_POST
def try_again(request: HttpRequest) -> HttpResponse:
    """POST /desk/mail/try-again/: let the worker ask the mail server again within seconds."""
    retry_mail_now()
    messages.info(request, _("Trying again. In some seconds this page shows whether mails go."))
    return redirect_back(request, "desk-mail")


def mail_kind_label(name: str) -> StrOrPromise:
    """Return the label of a notification kind, or its name if the kind no longer exists."""
    kind = get_kind(name)
    return kind.label if kind else name


def mail_line(row: Notification) -> MailLine:
    """Return what a list of mails shows of one. Needs no query."""
    return MailLine(row, mail_kind_label(row.kind), not get_resend_refusal(row))


def _content_context(request: HttpRequest, row: Notification) -> dict[str, Any]:
    """Return the content of a mail, unless it was purged or is secret (a sign-in code)."""
    kind = get_kind(row.kind)
    if kind is None or (kind.is_secret and not settings.DEMO):
        return {"is_secret": kind is not None}
    try:
        rendered = row.rendered
    except DecryptionError:
        return {}
    if not rendered:
        return {}
    content = mail_from_json(rendered)
    nonce = str(request.csp_nonce)  # type: ignore[attr-defined]  # the middleware's
    return {"content": content, "iframe_document": iframe_document(content.html, nonce)}
