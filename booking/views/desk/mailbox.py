"""The outbox on the desk: what was said to whom, what waits, and what did not arrive."""

from typing import Any
from zoneinfo import ZoneInfo

from csp.constants import NONCE
from csp.decorators import csp_update
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from booking.access.scope import messages_of
from booking.models import Message
from booking.models.current_clinic import current_clinic
from booking.notifications.kinds import Words, get_kind
from booking.notifications.mail_preview import framed
from booking.notifications.smtp import from_sealed_form
from booking.queries.notifications.outbox import FOLDERS, count_open, folder, unreachable
from clinic.lib.crypto.cipher import CannotDecrypt
from clinic.lib.dates import clock

A_PAGE = 25
NAMES: dict[str, Words] = {
    "all": _("All"),
    "waiting": _("Waiting"),
    "failed": _("Did not arrive"),
    "sent": _("Sent"),
}


@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """GET /desk/mail/?in=failed&page=2. An unknown folder is all, an unknown page the nearest."""
    now, chosen = clock.now(), request.GET.get("in", "all")
    chosen = chosen if chosen in FOLDERS else "all"
    counts = count_open(request.user, now)
    page = Paginator(folder(request.user, chosen, now), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "folders": [(name, NAMES[name], counts.get(name), name == chosen) for name in FOLDERS],
        "chosen": chosen,
        "page": page,
        "rows": [(row, kind_in_words(row.kind)) for row in page],
        "unreachable": unreachable(request.user, now),
        "zone": _zone(request),
        "now": now,
    }
    return render(request, "booking/desk/mailbox/list.html", context)


@csp_update({"style-src": [NONCE]})  # type: ignore[arg-type]  # its types know no arguments
@require_safe
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /desk/mail/<pk>/: one of them, both parts as they were sent."""
    row = get_object_or_404(messages_of(request.user, clock.now()), pk=pk)
    context = {"row": row, "kind": kind_in_words(row.kind), "zone": _zone(request)}
    context |= _said(request, row)
    return render(request, "booking/desk/mailbox/message.html", context)


def kind_in_words(name: str) -> Words:
    """What the owner calls it."""
    kind = get_kind(name)
    return kind.label if kind else name


def _said(request: HttpRequest, row: Message) -> dict[str, Any]:
    """What it says, as far as it is kept and fit for others to read."""
    kind = get_kind(row.kind)
    if kind is None or (kind.secret and not settings.DEMO):
        return {"secret": kind is not None}
    try:
        sealed = row.rendered
    except CannotDecrypt:
        return {}
    if not sealed:
        return {}
    said = from_sealed_form(sealed)
    nonce = str(request.csp_nonce)  # type: ignore[attr-defined]  # the middleware's
    return {"said": said, "framed": framed(said.html, nonce)}


def _zone(request: HttpRequest) -> ZoneInfo:
    clinic = current_clinic(request)
    return clinic.zone if clinic else ZoneInfo("UTC")
