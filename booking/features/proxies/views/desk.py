"""Pages of the desk about grants: reviews and requests, one grant, and the ages of review."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.access.roles import Ability, has_ability
from booking.actions.audit.reads import record_patient_read
from booking.errors import Refusal
from booking.features.proxies.actions.grants import (
    change_grant,
    end_grant,
    grant_by_staff,
    is_staff_side,
)
from booking.features.proxies.actions.people import confirm_court, decline_court
from booking.features.proxies.actions.reviews import (
    change_reviewed_grant,
    end_reviewed_grant,
    keep_grant,
    save_ages,
)
from booking.features.proxies.forms import AgesForm, PermissionsForm, StaffGrantForm
from booking.features.proxies.models import Basis, Proxy, ProxyReview, ProxySettings
from booking.features.proxies.queries import (
    age_of,
    court_requests,
    find_live_grant,
    open_reviews,
    today,
)
from booking.features.proxies.queries.takeovers import open_takeovers
from booking.models import Patient
from booking.queries.health.scope import may_read_answers
from booking.queries.patients.record import find_patient
from booking.views.desk.permissions import require_ability
from booking.views.form_pages import audited_staff_actor
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import form_page, form_status, see_other

FOLDER = "booking/features/proxies/desk"
for_all_contacts = require_ability(Ability.ALL_CONTACTS)


@for_all_contacts
@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """GET /desk/family/: the grants to review and the requests to confirm."""
    context = {
        "reviews": open_reviews(),
        "requests": court_requests(clock.now()),
        "takeovers": list(open_takeovers(clock.now())),
        "can_change_ages": has_ability(request.user, Ability.STAFF),
    }
    return render(request, f"{FOLDER}/tasks.html", context)


@for_all_contacts
@form_page
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows a grant that is to be reviewed, POST keeps, changes or ends it."""
    rows = ProxyReview.objects.select_related("proxy__actor", "proxy__patient")
    row = get_object_or_404(rows, pk=pk, done_at=None)
    grant, by = row.proxy, audited_staff_actor(request)
    form = _terms_form(request, grant)
    try:
        if request.method == "POST" and "keep" in request.POST:
            keep_grant(row, by=by)
        elif request.method == "POST" and "end" in request.POST:
            end_reviewed_grant(row, by=by)
        elif form.is_valid():
            change_reviewed_grant(row, form.terms, by=by)
        else:
            return _grant_page(request, grant, form, review=row)
        messages.success(request, _("Saved."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return see_other("desk-proxies")


@form_page
def edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """GET shows a grant, POST changes or ends it."""
    grant = find_live_grant(public_id)
    by = audited_staff_actor(request)
    if grant is None or not is_staff_side(by, grant.patient):
        raise Http404
    form = _terms_form(request, grant)
    try:
        if request.method == "POST" and "end" in request.POST:
            end_grant(public_id, by=by)
        elif form.is_valid():
            change_grant(public_id, form.terms, by=by)
        else:
            return _grant_page(request, grant, form)
        messages.success(request, _("Saved."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return see_other("desk-patient", grant.patient.public_id)


@for_all_contacts
@form_page
def answer_court_request(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """GET shows a request that says a court has decided, POST confirms or declines it."""
    asked = [row for row in court_requests(clock.now()) if row.public_id == public_id]
    if not asked:
        raise Http404
    by = audited_staff_actor(request)
    data = request.POST if request.method == "POST" else None
    form = PermissionsForm(
        data,
        today=today(),
        offers_health=False,
        initial={"permissions": sorted(asked[0].permissions)},
    )
    try:
        if data is not None and "decline" in data:
            decline_court(public_id, by=by)
            messages.success(request, _("Declined."))
            return see_other("desk-proxies")
        if form.is_valid():
            grant = confirm_court(public_id, form.terms, by=by)
            messages.success(request, _("Confirmed. This is the new record."))
            return see_other("desk-patient", grant.patient.public_id)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return see_other("desk-proxies")
    context = {"form": form, "asked": asked[0]}
    return render(request, f"{FOLDER}/court_request.html", context, status=form_status(form))


@form_page
def add(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """GET shows the form of a new grant over a patient, POST makes the grant."""
    patient = _patient_or_404(request, public_id)
    data = request.POST if request.method == "POST" else None
    form = StaffGrantForm(
        data,
        today=today(),
        offers_health=_may_grant_health(request, patient),
        initial={"permissions": ["book", "times"]},
    )
    if form.is_valid():
        try:
            grant_by_staff(
                form.cleaned_data["email"],
                patient,
                form.terms,
                basis=Basis(form.cleaned_data["basis"]),
                by=audited_staff_actor(request),
            )
            messages.success(request, _("Saved. It counts from now on."))
            return see_other("desk-patient", patient.public_id)
        except Refusal as refusal:
            form.add_error("email", str(refusal))
    context = {"form": form, "patient": patient, "age": age_of(patient)}
    return render(request, f"{FOLDER}/add.html", context, status=form_status(form))


@form_page
def ages(request: HttpRequest) -> HttpResponse:
    """GET shows the ages that count for children who are booked for, POST saves them."""
    row = ProxySettings.current()
    data = request.POST if request.method == "POST" else None
    form = AgesForm(data, initial={name: getattr(row, name) for name in AgesForm.base_fields})
    if form.is_valid():
        save_ages(form.cleaned_data, by=audited_staff_actor(request))
        messages.success(request, _("Saved."))
        return see_other("desk-proxies")
    return render(request, f"{FOLDER}/ages.html", {"form": form}, status=form_status(form))


def _terms_form(request: HttpRequest, grant: Proxy) -> PermissionsForm:
    is_change = request.method == "POST" and not {"keep", "end"} & set(request.POST)
    return PermissionsForm(
        request.POST if is_change else None,
        today=today(),
        offers_health=grant.may_see_health or _may_grant_health(request, grant.patient),
        initial={"permissions": sorted(grant.permissions), "ends_on": grant.ends_on},
    )


def _may_grant_health(request: HttpRequest, patient: Patient) -> bool:
    return may_read_answers(request.user, patient.pk, clock.now())


def _grant_page(
    request: HttpRequest, grant: Proxy, form: PermissionsForm, *, review: ProxyReview | None = None
) -> HttpResponse:
    record_patient_read(grant.patient, by=audited_staff_actor(request))
    context = {
        "grant": grant,
        "form": form,
        "review": review,
        "age": age_of(grant.patient),
    }
    return render(request, f"{FOLDER}/grant.html", context, status=form_status(form))


def _patient_or_404(request: HttpRequest, public_id: UUID) -> Patient:
    patient = find_patient(request.user, public_id, clock.now())
    if patient is None or not is_staff_side(audited_staff_actor(request), patient):
        raise Http404
    record_patient_read(patient, by=audited_staff_actor(request))
    return patient
