"""Pages of the account about family and carers. They are open to the patient, not to proxies."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking.access.patients import current_patient
from booking.access.proxies import Permission
from booking.errors import Refusal
from booking.features.proxies.actions.grants import (
    DECIDED_BY_CLINIC,
    change_grant,
    end_grant,
    is_protected,
)
from booking.features.proxies.actions.hiding import set_hidden
from booking.features.proxies.actions.people import (
    add_child,
    agree,
    ask_adult,
    ask_clinic,
    decline,
    withdraw,
)
from booking.features.proxies.forms import (
    USUAL_PERMISSIONS,
    AdultForm,
    ChildForm,
    CourtForm,
    PermissionsForm,
)
from booking.features.proxies.models import Basis, ProxySettings
from booking.features.proxies.queries import (
    end_asked_ids,
    find_live_grant,
    grants_by,
    grants_over,
    hidden_ids,
    requests_by,
    requests_to,
    today,
)
from booking.features.proxies.queries.invitations import invitations_of, invitations_to
from booking.features.proxies.queries.takeovers import latest_takeover
from booking.models import Appointment
from booking.queries.appointments.own import upcoming_appointments
from booking.views.form_pages import account_actor, signed_in_user
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import form_page, form_status, see_other

FOLDER = "booking/features/proxies"


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """GET /me/family/: for whom the user may act, and who may act for them."""
    user, patient, now = signed_in_user(request), current_patient(request), clock.now()
    over, people = grants_over(patient), grants_by(user)
    has_child = any(grant.basis == Basis.PARENT for grant in people)
    upcoming = upcoming_appointments(patient, now, None) if over else []
    hidden = hidden_ids(upcoming)
    context = {
        "patient": patient,
        "people": people,
        "waiting": requests_by(user, now),
        "asked": requests_to(user, now),
        "invitations": invitations_to(user, now),
        "invited": invitations_of(patient, now),
        "takeover": latest_takeover(user, now),
        "ages": ProxySettings.current() if has_child else None,
        "over": over,
        "end_asked": end_asked_ids(over) if over else set(),
        "upcoming": [(row, row.pk in hidden) for row in upcoming],
    }
    return render(request, f"{FOLDER}/overview.html", context)


@form_page
def child(request: HttpRequest) -> HttpResponse:
    """GET asks for a child's name and date of birth, POST adds the child."""
    form = ChildForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and is_done(
        form,
        "born_on",
        lambda: add_child(
            form.cleaned_data["name"], form.cleaned_data["born_on"], by=account_actor(request)
        ),
    ):
        sentence = _("Done. You can now book for %(name)s.")
        messages.success(request, sentence % {"name": form.cleaned_data["name"]})
        return see_other("me-family")
    context = {"form": form, "ages": ProxySettings.current()}
    return render(request, f"{FOLDER}/child.html", context, status=form_status(form))


@form_page
def adult(request: HttpRequest) -> HttpResponse:
    """GET shows the form of a request to an adult, POST mails it. The answer is always the same."""
    form = AdultForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and is_done(
        form,
        "email",
        lambda: ask_adult(
            form.cleaned_data["name"],
            form.cleaned_data["email"],
            frozenset(map(Permission, USUAL_PERMISSIONS)),
            by=account_actor(request),
        ),
    ):
        messages.success(
            request,
            _("We have asked them by e-mail. As soon as they agree, you can book for them."),
        )
        return see_other("me-family")
    return render(request, f"{FOLDER}/adult.html", {"form": form}, status=form_status(form))


@form_page
def court(request: HttpRequest) -> HttpResponse:
    """GET shows the form of a request because a court has decided, POST saves it for staff."""
    form = CourtForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and is_done(
        form,
        "name",
        lambda: ask_clinic(form.cleaned_data["name"], form.wanted, by=account_actor(request)),
    ):
        messages.success(
            request,
            _("Thank you. Please bring the court paper or send us a copy. Then we confirm it."),
        )
        return see_other("me-family")
    return render(request, f"{FOLDER}/court.html", {"form": form}, status=form_status(form))


@form_page
def answer_request(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """GET shows who asks and what they would be allowed to do, POST agrees or declines."""
    user, patient, actor = signed_in_user(request), current_patient(request), account_actor(request)
    asked = [row for row in requests_to(user, clock.now()) if row.public_id == public_id]
    if not asked:
        return gone_page(request)
    data = request.POST if request.method == "POST" else None
    form = PermissionsForm(data, today=today(), initial={"permissions": USUAL_PERMISSIONS})
    try:
        if data is not None and "decline" in data:
            decline(public_id, by=actor)
            messages.success(request, _("Declined. They cannot book for you."))
            return see_other("me-family")
        if form.is_valid():
            agree(public_id, patient, form.terms, by=actor)
            messages.success(request, _("Done. You can change or end it here at any time."))
            return see_other("me-family")
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return see_other("me-family")
    context = {"form": form, "asked": asked[0]}
    return render(request, f"{FOLDER}/answer.html", context, status=form_status(form))


@require_POST
def withdraw_request(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """POST withdraws one of the user's own requests."""
    try:
        withdraw(public_id, by=account_actor(request))
        messages.success(request, _("Withdrawn."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return see_other("me-family")


@form_page
def edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """GET shows what a proxy may do for the user, POST changes it."""
    grant = find_live_grant(public_id)
    if grant is None or grant.patient_id != current_patient(request).pk:
        return gone_page(request)
    initial = {"permissions": sorted(grant.permissions), "ends_on": grant.ends_on}
    data = request.POST if request.method == "POST" else None
    form = PermissionsForm(data, today=today(), initial=initial)
    if is_protected(grant):
        form.leave_unchanged(grant.permissions & DECIDED_BY_CLINIC)
    if form.is_valid():
        try:
            change_grant(public_id, form.terms, by=account_actor(request))
            messages.success(request, _("Saved. It counts from now on."))
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return see_other("me-family")
    context = {"form": form, "grant": grant, "is_protected": is_protected(grant)}
    return render(request, f"{FOLDER}/edit.html", context, status=form_status(form))


@form_page
def end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """GET asks for confirmation, POST ends a grant: one of the user's, or one over them."""
    grant = find_live_grant(public_id)
    patient, user = current_patient(request), signed_in_user(request)
    is_mine = grant is not None and patient.pk == grant.patient_id
    if grant is None or not (is_mine or grant.actor_id == user.pk):
        return gone_page(request)
    if request.method == "POST":
        try:
            if end_grant(public_id, by=account_actor(request)):
                messages.success(request, _("Ended."))
            else:
                messages.success(
                    request,
                    _("They see nothing about you any more. We will look at the rest."),
                )
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return see_other("me-family")
    context = {
        "grant": grant,
        "is_mine": is_mine,
        "is_asked_only": is_mine and grant.may_book and is_protected(grant),
    }
    return render(request, f"{FOLDER}/end.html", context)


@require_POST
def hide(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """POST hides one of the user's appointments from their proxies, or shows it again."""
    patient = current_patient(request)
    appointment = Appointment.objects.filter(public_id=public_id, patient=patient).first()
    if appointment is None:
        raise Http404
    is_hidden = request.POST.get("hidden") == "1"
    set_hidden(appointment, is_hidden=is_hidden, by=account_actor(request))
    messages.success(
        request,
        _("Only you see this appointment now.") if is_hidden else _("They see it again."),
    )
    return see_other("me-family")


def is_done(form: Form, field: str, action: Callable[[], object]) -> bool:
    """Run an action and return True; if it refuses, add the message to the field and return
    False."""
    try:
        action()
    except Refusal as refusal:
        form.add_error(field, str(refusal))
        return False
    return True


def gone_page(request: HttpRequest) -> HttpResponse:
    """Render the page for what is not there any more, or never was: the same for both."""
    return render(request, f"{FOLDER}/gone.html", status=404)
