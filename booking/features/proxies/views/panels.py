"""Panels of the desk's pages about grants and proxies."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from booking.access.roles import Ability, has_ability
from booking.features.proxies.actions.grants import is_staff_side
from booking.features.proxies.queries import (
    age_of,
    end_asked_ids,
    grant_ends_over,
    grants_by,
    grants_over,
    open_tasks,
)
from booking.features.proxies.queries.takeovers import open_takeovers
from booking.models import Appointment, Patient
from booking.registries import panels
from booking.registries.panels import Page, Panel
from booking.views.form_pages import audited_staff_actor
from clinic.lib.dates import clock

FOLDER = "booking/features/proxies/desk"


def patient_panel(request: HttpRequest, patient: Patient) -> Mapping[str, Any] | None:
    """Return the grants over a patient and those of the patient as a proxy.

    None if there are none and the user may not add one.
    """
    may_change = is_staff_side(audited_staff_actor(request), patient)
    over = grants_over(patient)
    people = grants_by(patient.user) if patient.user else []
    if not (over or people or may_change):
        return None
    return {
        "over": over,
        "end_asked": end_asked_ids(over) if over else set(),
        "people": people,
        "past": grant_ends_over(patient) if may_change else [],
        "age": age_of(patient),
        "may_change": may_change,
        "patient": patient,
        "request": request,
    }


def appointment_panel(_request: HttpRequest, appointment: Appointment) -> Mapping[str, Any] | None:
    """Return the proxies to call about an appointment.

    None if there are none, or if the patient has a phone number.
    """
    patient = appointment.patient
    if patient is None or patient.phone:
        return None
    callers = [
        (grant, Patient.objects.filter(user=grant.actor).first()) for grant in grants_over(patient)
    ]
    return {"callers": callers} if callers else None


def today_panel(request: HttpRequest, _appointments: object) -> Mapping[str, Any] | None:
    """Return the number of open reviews and requests.

    None if there are none, or if the user may not decide on them.
    """
    if not has_ability(request.user, Ability.ALL_CONTACTS):
        return None
    now = clock.now()
    first, *others = [
        rows.order_by().values("pk") for rows in (*open_tasks(now), open_takeovers(now))
    ]
    count = first.union(*others, all=True).count()
    return {"count": count} if count else None


def register_panels() -> None:
    """Add the panels of this feature to the pages of the desk."""
    panels.register(Page.PATIENT, Panel(f"{FOLDER}/_patient_panel.html", patient_panel))
    panels.register(Page.APPOINTMENT, Panel(f"{FOLDER}/_appointment_panel.html", appointment_panel))
    panels.register(Page.TODAY, Panel(f"{FOLDER}/_today_panel.html", today_panel))
