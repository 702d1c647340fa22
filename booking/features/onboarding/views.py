"""The set-up guide: what a clinic still needs, and a short form for each first step."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking.access.roles import roles_of
from booking.demo.content import TREATMENTS
from booking.features.onboarding import actions
from booking.features.onboarding.forms.rules import BookingRulesForm
from booking.features.onboarding.forms.steps import (
    ClinicForm,
    InitialHoursForm,
    RoomsForm,
    TherapistsForm,
    TreatmentsForm,
)
from booking.features.onboarding.queries import (
    SetupNeed,
    SetupProgress,
    SetupStep,
    load_setup_progress,
)
from booking.forms.fields import phone_warning
from booking.models import ClinicProfile, Role
from booking.models.current_clinic import current_clinic
from booking.registries import setup_guide
from booking.views.form_pages import signed_in_user
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import form_status, see_other


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step on the overview. `button_label` is empty unless it is the one to do now.

    `needs` are pairs of what is missing and the address where it can be added.
    """

    title: str | Promise
    address: str
    is_done: bool
    needs: Sequence[tuple[SetupNeed, str]]
    button_label: str

    @classmethod
    def of(cls, step: SetupStep, setup: SetupProgress, *, is_first_visit: bool) -> "StepRow":
        """Return the row that shows a step of the set-up guide."""
        button_label = _("Begin") if is_first_visit else _("Go on")
        return cls(
            title=step.title,
            address=_reverse(step.address),
            is_done=step.is_done,
            needs=[(need, _reverse(need.address)) for need in step.needs],
            button_label=button_label if step == setup.next_step and not step.needs else "",
        )

    @property
    def state_label(self) -> str:
        return _("done") if self.is_done else _("not yet")


def _lead(setup: SetupProgress, *, is_first_visit: bool) -> str:
    """Return what the overview says first: how far the set-up is."""
    if is_first_visit:
        return _("Seven short steps, and patients can book online. Each can be changed later.")
    if not setup.is_bookable:
        return _("Patients cannot book yet. This is what is missing.")
    if setup.remaining_steps:
        return " ".join([_("Patients can book."), _("A few things still need you.")])
    return _("Patients can book.")


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """GET /desk/setup/: all steps, and what is missing before patients can book."""
    setup = load_setup_progress(clock.now())
    is_first_visit = current_clinic(request) is None
    context = {
        "setup": setup,
        "steps": [StepRow.of(step, setup, is_first_visit=is_first_visit) for step in setup.steps],
        "lead": _lead(setup, is_first_visit=is_first_visit),
        "is_first_visit": is_first_visit,
        "links": [(reverse(name), label) for name, label in setup_guide.links()],
    }
    return render(request, "booking/features/onboarding/overview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_step(request: HttpRequest, name: str) -> HttpResponse:
    """GET shows the form of a step, POST saves it and redirects to the next."""
    if name not in SETUP_STEPS:
        raise Http404
    if name != "clinic" and current_clinic(request) is None:
        return see_other("desk-setup-step", "clinic")
    if name == "clinic" and request.method != "POST" and current_clinic(request) is not None:
        return HttpResponseRedirect(reverse("admin:booking_clinicprofile_changelist"))
    make_form, save, template = SETUP_STEPS[name]
    form = make_form(request, request.POST if request.method == "POST" else None)
    if form.is_valid():
        save(request, form)
        return _redirect_to_next_step(request, name)
    current_step = next(
        step for step in load_setup_progress(clock.now()).steps if step.name == name
    )
    context = {"form": form, "step": current_step, "name": name}
    return render(
        request, f"booking/features/onboarding/{template}.html", context, status=form_status(form)
    )


def _redirect_to_next_step(request: HttpRequest, name: str) -> HttpResponse:
    """Redirect to the next open step that has a form here, else to the overview.

    The booking rules are never open, as they have defaults; they are shown once on the way.
    """
    following: SetupStep | None = load_setup_progress(clock.now()).next_step
    messages.success(request, _("Saved."))
    if following is not None and following.address[0] == "desk-setup-step":
        return see_other(_reverse(following.address))
    if name == STEP_BEFORE_RULES:
        return see_other("desk-setup-step", "rules")
    return see_other("desk-setup")


def _reverse(address: tuple[str, tuple[object, ...]]) -> str:
    name, arguments = address
    return reverse(name, args=arguments)


def _clinic_form(request: HttpRequest, data: Any) -> ClinicForm:
    return ClinicForm(data, initial={"email": signed_in_user(request).email})


def _save_clinic(request: HttpRequest, form: Any) -> None:
    actions.set_up_clinic(form.clinic)
    if sentence := phone_warning(form.clinic.phone, form.clinic.country):
        messages.warning(request, sentence)


def _rooms_form(request: HttpRequest, data: Any) -> RoomsForm:
    return RoomsForm(data)


def _save_rooms(request: HttpRequest, form: Any) -> None:
    actions.add_rooms(form.cleaned_data["names"])


def _treatments_form(request: HttpRequest, data: Any) -> TreatmentsForm:
    clinic = current_clinic(request)
    return TreatmentsForm(data, samples=TREATMENTS, currency=clinic.currency if clinic else "")


def _save_treatments(request: HttpRequest, form: Any) -> None:
    actions.add_treatments(form.treatments)


def _therapists_form(request: HttpRequest, data: Any) -> TherapistsForm:
    return TherapistsForm(data, is_therapist=Role.THERAPIST in roles_of(request.user))


def _save_therapists(request: HttpRequest, form: Any) -> None:
    data = form.cleaned_data
    myself = signed_in_user(request) if data.get("myself") else None
    actions.add_therapists(data["names"], myself=myself)


def _hours_form(request: HttpRequest, data: Any) -> InitialHoursForm:
    return InitialHoursForm(data)


def _save_hours(request: HttpRequest, form: Any) -> None:
    actions.add_default_weekly_hours(**form.cleaned_data)


def _rules_form(request: HttpRequest, data: Any) -> BookingRulesForm:
    return BookingRulesForm(data, instance=ClinicProfile.current())


def _save_rules(request: HttpRequest, form: Any) -> None:
    actions.set_booking_rules(form.rules)


FormFactory = Callable[[HttpRequest, Any], Any]
SaveFunction = Callable[[HttpRequest, Any], None]
SETUP_STEPS: Mapping[str, tuple[FormFactory, SaveFunction, str]] = {
    "clinic": (_clinic_form, _save_clinic, "step"),
    "rooms": (_rooms_form, _save_rooms, "step"),
    "treatments": (_treatments_form, _save_treatments, "treatments"),
    "therapists": (_therapists_form, _save_therapists, "step"),
    "hours": (_hours_form, _save_hours, "hours"),
    "rules": (_rules_form, _save_rules, "step"),
}
STEP_BEFORE_RULES = "hours"
