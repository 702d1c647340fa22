"""Tips, products, discounts and write-offs on the page of an appointment."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from booking.access.roles import has_ability
from booking.errors import NotAllowed, Refusal
from booking.features.money.abilities import CHANGE_CHARGES
from booking.features.money.actions.extras import (
    REVERSIBLE,
    charge_product,
    charge_tip,
    give_discount,
    take_back,
    write_off,
)
from booking.features.money.forms import FORMS_BY_KIND, NEEDS_REASON, AmountForm, ReasonForm
from booking.features.money.models import EntryKind, LedgerEntry
from booking.features.money.queries.entries import find_entry
from booking.models import Appointment, ClinicProfile
from booking.registries import ledger
from booking.views.desk.appointments.load_appointment import AppointmentView, with_appointment
from booking.views.form_pages import staff_actor
from clinic.lib.http.form_pages import (
    HTTP_UNPROCESSABLE,
    form_page,
    form_status,
    see_other,
)
from clinic.lib.text.money import format_plain_amount, from_minor_units

Action = Callable[..., LedgerEntry]
ACTIONS: dict[EntryKind, Action] = {
    EntryKind.TIP: charge_tip,
    EntryKind.PRODUCT: charge_product,
    EntryKind.DISCOUNT: give_discount,
    EntryKind.WRITE_OFF: write_off,
}
SLUGS = {kind.value.replace("_", "-"): kind for kind in ACTIONS}


@form_page
def add_extra(request: HttpRequest, public_id: UUID, slug: str) -> HttpResponse:
    """GET asks for an amount, POST records it once. `slug` is one of SLUGS."""
    kind = SLUGS.get(slug)
    if kind is None:
        raise Http404
    if kind in NEEDS_REASON and not has_ability(request.user, CHANGE_CHARGES):
        raise PermissionDenied
    view: AppointmentView = lambda *args: _add(kind, *args)  # noqa: E731  # the decorated view
    return with_appointment(view)(request, public_id)


@form_page
def take_back_extra(request: HttpRequest, public_id: UUID, entry_id: UUID) -> HttpResponse:
    """GET shows an entry and asks why it is taken back; POST takes it back."""

    def view(request: HttpRequest, appointment: Appointment, clinic: ClinicProfile) -> HttpResponse:
        entry = find_entry(appointment, entry_id)
        if entry is None or entry.kind not in REVERSIBLE:
            raise Http404
        return _take_back(request, appointment, entry)

    return with_appointment(view)(request, public_id)


def _add(
    kind: EntryKind, request: HttpRequest, appointment: Appointment, clinic: ClinicProfile
) -> HttpResponse:
    form = _form(kind, request, appointment)
    status = form_status(form)
    if form.is_valid():
        data = dict(form.cleaned_data)
        token = str(data.pop("token"))
        try:
            ACTIONS[kind](appointment, token=token, by=staff_actor(request), **data)
        except Refusal as refusal:
            form.add_error("amount", str(refusal))
            status = HTTP_UNPROCESSABLE
        else:
            messages.success(request, _said(kind))
            return _back(appointment)
    context = {"appointment": appointment, "form": form, "kind": kind, "title": _title(kind)}
    return render(request, "booking/features/money/extra.html", context, status=status)


def _form(kind: EntryKind, request: HttpRequest, appointment: Appointment) -> AmountForm:
    form_class = FORMS_BY_KIND[kind]
    if request.method == "POST":
        return form_class(request.POST, currency=appointment.currency)
    row: Any = ledger.with_balance(Appointment.objects.filter(pk=appointment.pk)).get()
    amount = {
        EntryKind.TIP: ledger.amount_overpaid(row),
        EntryKind.WRITE_OFF: ledger.amount_due(row),
    }.get(kind)
    initial: dict[str, object] = {"token": uuid4()}
    if amount:
        initial["amount"] = format_plain_amount(amount, appointment.currency)
    return form_class(currency=appointment.currency, initial=initial)


def _take_back(request: HttpRequest, appointment: Appointment, entry: LedgerEntry) -> HttpResponse:
    form = ReasonForm(request.POST if request.method == "POST" else None)
    status = form_status(form)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            take_back(entry, appointment, reason=reason, by=staff_actor(request))
        except NotAllowed as refusal:
            raise PermissionDenied from refusal
        messages.success(request, _("It is taken back."))
        return _back(appointment)
    units = next(line.amount for line in entry.lines.all() if line.patient_id)
    amount = from_minor_units(units, entry.currency)
    context = {"appointment": appointment, "entry": entry, "form": form, "amount": amount}
    return render(request, "booking/features/money/take_back.html", context, status=status)


def _back(appointment: Appointment) -> HttpResponse:
    return see_other("desk-appointment", appointment.public_id)


def _title(kind: EntryKind) -> str:
    return {
        EntryKind.TIP: _("Add a tip"),
        EntryKind.PRODUCT: _("Add a product"),
        EntryKind.DISCOUNT: _("Give a discount"),
        EntryKind.WRITE_OFF: _("Write off"),
    }[kind]


def _said(kind: EntryKind) -> str:
    return {
        EntryKind.TIP: _("The tip is recorded."),
        EntryKind.PRODUCT: _("The product is added to what is to pay."),
        EntryKind.DISCOUNT: _("The discount is recorded."),
        EntryKind.WRITE_OFF: _("It is written off."),
    }[kind]
