"""Pages of the desk about erasure, retention rules and sealed records."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking.actions.audit.reads import record_patient_read
from booking.errors import Refusal
from booking.features.privacy.actions.erase import erase_person, preview_erasure
from booking.features.privacy.actions.restricted import AllowedUse, open_restricted
from booking.features.privacy.actions.retention import (
    approve_rule,
    delete_rule,
    save_rule,
    stop_run,
    withdraw_approval,
)
from booking.features.privacy.actions.sealed import OpeningReason, open_sealed
from booking.features.privacy.forms import EraseForm, OpenForm, OpenRestrictedForm, RuleForm
from booking.features.privacy.models import NOTICE, RetentionRule, RetentionRun, SealedRecord
from booking.features.privacy.queries.majority import OTHER_AGES
from booking.features.privacy.queries.plan_text import retained_sentences, staying_sentences
from booking.features.privacy.queries.retention import planned_records
from booking.models import Patient
from booking.queries.patients.erasure_requests import open_requests
from booking.queries.patients.person import find_person_of
from booking.views.form_pages import audited_staff_actor, clinic_zone, get_clinic_or_404
from clinic.lib.crypto.cipher import DecryptionError
from clinic.lib.http.form_pages import form_page, form_status, see_other
from clinic.lib.http.reauthentication import reauthenticate_for_changes

FOLDER = "booking/features/privacy"


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """GET /desk/privacy/: requests for erasure, rules, the next run and what is sealed."""
    run = RetentionRun.objects.filter(done_at=None, stopped_at=None).first()
    context = {
        "erasures": open_requests().select_related("patient"),
        "rules": RetentionRule.objects.all(),
        "run": run,
        "run_records": planned_records(run) if run is not None else [],
        "past_runs": RetentionRun.objects.exclude(done_at=None)[:10],
        "sealed": SealedRecord.objects.all(),
        "restricted": Patient.objects.current().exclude(restricted_since=None).order_by("name"),
        "notice_days": NOTICE.days,
        "zone": clinic_zone(request),
    }
    return render(request, f"{FOLDER}/overview.html", context)


@form_page
@reauthenticate_for_changes
def erase(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """GET shows what an erasure of a patient would do, POST erases."""
    clinic = get_clinic_or_404(request)
    patient = get_object_or_404(Patient.objects.current(), public_id=public_id)
    by, person = audited_staff_actor(request), find_person_of(patient)
    form = EraseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            erase_person(person, clinic, by=by)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return see_other("desk-patient-erase", public_id)
        messages.success(request, _("Erased."))
        return see_other("desk-privacy")
    record_patient_read(patient, by=by)
    plan = preview_erasure(person, clinic)
    context = {
        "form": form,
        "patient": patient,
        "plan": plan,
        "stays": list(staying_sentences(plan)),
        "kept": list(retained_sentences(plan)),
        "zone": clinic.zone,
    }
    return render(request, f"{FOLDER}/erase.html", context, status=form_status(form))


@form_page
@reauthenticate_for_changes
def add_rule(request: HttpRequest) -> HttpResponse:
    """GET shows an empty rule, POST saves it; it does not count before it is approved."""
    return _rule_page(request, RetentionRule())


@form_page
@reauthenticate_for_changes
def edit_rule(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows a rule, POST saves, approves, ends or deletes it."""
    rule, by = get_object_or_404(RetentionRule, pk=pk), audited_staff_actor(request)
    buttons = {"approve": approve_rule, "withdraw": withdraw_approval, "delete": delete_rule}
    for name, action in buttons.items():
        if request.method == "POST" and name in request.POST:
            action(rule, by=by)
            messages.success(request, _("Saved."))
            return see_other("desk-privacy")
    return _rule_page(request, rule)


def _rule_page(request: HttpRequest, rule: RetentionRule) -> HttpResponse:
    form = RuleForm(request.POST if request.method == "POST" else None, rule=rule)
    if form.is_valid():
        saved = save_rule(form.changed_rule, by=audited_staff_actor(request))
        messages.success(request, _("Saved. It counts once you approve it."))
        return see_other("desk-retention-rule", saved.pk)
    context = {"form": form, "rule": rule, "other_ages": OTHER_AGES}
    return render(request, f"{FOLDER}/rule.html", context, status=form_status(form))


@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a planned run."""
    stop_run(get_object_or_404(RetentionRun, pk=pk), by=audited_staff_actor(request))
    messages.success(request, _("Stopped. Nothing is erased."))
    return see_other("desk-privacy")


@form_page
@reauthenticate_for_changes
def open_record(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """GET asks why a sealed record is opened, POST shows it."""
    sealed = get_object_or_404(SealedRecord.objects.select_related("patient"), public_id=public_id)
    form = OpenForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form, "sealed": sealed}
    if form.is_valid():
        try:
            content = open_sealed(
                sealed, OpeningReason(form.cleaned_data["reason"]), by=audited_staff_actor(request)
            )
        except DecryptionError as error:
            raise Http404 from error
        context["parts"] = _readable_parts(content)
        return render(request, f"{FOLDER}/sealed.html", context)
    return render(request, f"{FOLDER}/sealed.html", context, status=form_status(form))


@form_page
@reauthenticate_for_changes
def open_restricted_record(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """GET asks for what a restricted record is opened, POST shows what is stored."""
    rows = Patient.objects.current().exclude(restricted_since=None)
    patient = get_object_or_404(rows, public_id=public_id)
    form = OpenRestrictedForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form, "patient": patient, "zone": clinic_zone(request)}
    if form.is_valid():
        by = audited_staff_actor(request)
        content = open_restricted(patient, AllowedUse(form.cleaned_data["use"]), by=by)
        context["parts"] = _readable_parts(content)
    template = f"{FOLDER}/restricted.html"
    return render(request, template, context, status=form_status(form))


def _readable_parts(content: Mapping[str, Any]) -> list[tuple[str, list[Any]]]:
    return [
        (name.replace("_", " "), [_readable(row) for row in rows]) for name, rows in content.items()
    ]


def _readable(row: dict[str, Any]) -> list[tuple[str, str]]:
    return [(name.replace("_", " "), str(value)) for name, value in row.items() if value]
