"""Read grants, requests and reviews."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from booking.access.proxies import Permission
from booking.features.proxies.models import (
    ADULT_AGE,
    CONSENT_TEXT_VERSION,
    CONSENT_TEXTS,
    THERAPIST_NOTES,
    AdultPresence,
    Basis,
    DateOfBirth,
    GuardianConsent,
    HiddenAppointment,
    Proxy,
    ProxyEnd,
    ProxyQuerySet,
    ProxyRequest,
    ProxyReview,
    ProxySettings,
)
from booking.models import Appointment, ClinicProfile, Patient, User
from booking.models.appointments import AppointmentQuerySet
from booking.models.current_clinic import clinic_date
from booking.registries.minors import KnownAge
from clinic.lib.compiled_queries import compiled_query
from clinic.lib.dates import clock


def today() -> date:
    """Return the present date in the clinic's time zone."""
    return clinic_date(clock.now(), ClinicProfile.current())


def live_grants() -> ProxyQuerySet:
    """Return the grants that are in force now."""
    return Proxy.objects.live(today())


def find_permissions(user: User, patient: Patient) -> frozenset[Permission]:
    """Return what a user may do for a patient now, by the newest grant in force. Two queries."""
    grant = _newest_grant(user, patient)
    return grant.permissions if grant is not None else frozenset()


def may_decide(user: User, patient: Patient) -> bool:
    """Return whether a user decides for a patient, by the newest grant in force.

    A court has appointed them, or they are a parent of whom the record says that they are a minor.
    At most four queries.
    """
    grant = _newest_grant(user, patient)
    if grant is None or grant.basis == Basis.CONSENT:
        return False
    age = age_of(patient) if grant.basis == Basis.PARENT else None
    return grant.basis == Basis.COURT or (age is not None and age < ADULT_AGE)


def _newest_grant(user: User, patient: Patient) -> Proxy | None:
    rows = live_grants().filter(actor=user, patient=patient)
    return rows.order_by("-pk").first() if user.is_active else None


def list_patients(user: User) -> list[Patient]:
    """Return the patients for whom a user may act now, by name."""
    granted = live_grants().filter(actor=user, patient=OuterRef("pk"))
    return list(Patient.objects.filter(Exists(granted)).order_by("name", "pk"))


def find_patient_to_act_for(user: User, public_id: UUID) -> Patient | None:
    """Return a patient for whom a user may act now, by public id, or None."""
    granted = live_grants().filter(actor=user, patient=OuterRef("pk"))
    return Patient.objects.filter(Exists(granted), public_id=public_id).first()


def without_hidden(appointments: AppointmentQuerySet) -> AppointmentQuerySet:
    """Return the appointments without those that their patients hide from proxies."""
    hidden = HiddenAppointment.objects.filter(appointment=OuterRef("pk"))
    return appointments.filter(~Exists(hidden))


def is_hidden(appointment: Appointment) -> bool:
    """Return whether the patient hides the appointment from proxies."""
    return HiddenAppointment.objects.filter(appointment=appointment).exists()


def grants_by(user: User) -> list[Proxy]:
    """Return the grants in force of a proxy, one for each patient, by the patients' names."""
    rows = live_grants().filter(actor=user).select_related("patient").order_by("pk")
    newest = {grant.patient_id: grant for grant in rows}
    return sorted(newest.values(), key=lambda grant: (grant.patient.name.casefold(), grant.pk))


def grants_over(patient: Patient) -> list[Proxy]:
    """Return the grants in force over a patient, one for each proxy, by the proxies' names."""
    rows = live_grants().filter(patient=patient).select_related("actor", "granted_by")
    newest = {grant.actor_id: grant for grant in rows.order_by("pk")}
    return sorted(newest.values(), key=lambda grant: (str(grant.actor).casefold(), grant.pk))


def grants_to_notify(appointment: Appointment) -> list[Proxy]:
    """Return the grants whose proxies get mails about an appointment: those that allow the times.

    Empty if the patient hides it. One query for most patients, else four.
    """
    patient = appointment.patient
    if patient is None or not _grants_not_ended(patient.pk) or is_hidden(appointment):
        return []
    return [grant for grant in grants_over(patient) if grant.may_see_times]


@compiled_query
def _grants_not_ended(patient: int) -> "QuerySet[Proxy, int]":
    return Proxy.objects.filter(patient=patient, end=None).values_list("pk", flat=True)


def may_be_told(user: User, appointment: Appointment) -> bool:
    """Return whether a user may see the time of somebody else's appointment now."""
    patient = appointment.patient
    return (
        patient is not None
        and Permission.SEE_TIMES in find_permissions(user, patient)
        and not is_hidden(appointment)
    )


def requests_to(user: User, now: datetime) -> list[ProxyRequest]:
    """Return the open requests to the address of a user."""
    rows = open_requests(now).filter(email=user.email).exclude(actor=user)
    return list(rows.select_related("actor"))


def requests_by(user: User, now: datetime) -> list[ProxyRequest]:
    """Return a user's requests that are open as far as they can see.

    Declined ones are among them until they expire, so that the user cannot tell.
    """
    unanswered = ("", ProxyRequest.Answer.DECLINED)
    rows = ProxyRequest.objects.filter(actor=user, closes_at__gt=now, answer__in=unanswered)
    return list(rows.order_by("pk"))


def open_requests(now: datetime) -> QuerySet[ProxyRequest]:
    """Return the requests that can still be answered."""
    return ProxyRequest.objects.filter(answer="", closes_at__gt=now, actor__is_active=True)


def court_requests(now: datetime) -> list[ProxyRequest]:
    """Return the open requests that say a court has decided, which staff confirm."""
    rows = open_requests(now).exclude(email__gt="").select_related("actor")
    return list(rows.order_by("pk"))


def born_on(patient: Patient) -> date | None:
    """Return a patient's date of birth, or None if nobody entered it."""
    rows = DateOfBirth.objects.filter(patient=patient).order_by("-pk")
    return rows.values_list("born_on", flat=True).first()


def age_of(patient: Patient) -> int | None:
    """Return a patient's age in years, or None if nobody entered the date of birth."""
    born = born_on(patient)
    return age_on(born, today()) if born is not None else None


def find_known_age(patient: Patient, guardian: User | None, day: date) -> KnownAge | None:
    """Return what the record says about a patient on a day, or None without a date of birth.

    At most four queries, one for those whose date of birth nobody entered.
    """
    born = born_on(patient)
    if born is None:
        return None
    age = age_on(born, day)
    if age >= ADULT_AGE:
        return KnownAge(is_minor=False)
    settings = ProxySettings.current()
    attendance = AdultPresence(settings.attendance)
    guardians = _guardian_grants(patient)
    is_guardian = guardian is not None and guardians.filter(actor=guardian).exists()
    agreed = GuardianConsent.objects.filter(
        Exists(guardians.filter(actor=OuterRef("given_by"))),
        patient=patient,
        version=CONSENT_TEXT_VERSION,
        attendance=attendance,
    )
    return KnownAge(
        is_minor=True,
        may_be_booked=is_guardian and age >= settings.online_age,
        has_consent=agreed.exists(),
        consent=str(CONSENT_TEXTS[attendance]),
        therapist_note=str(THERAPIST_NOTES[attendance]),
        youngest=settings.online_age,
    )


def youngest_online() -> int:
    """Return from which age a guardian can book online, in years; 18 if not at all."""
    return ProxySettings.current().online_age


def _guardian_grants(patient: Patient) -> ProxyQuerySet:
    """Return the grants in force of those who may decide about a child's visits."""
    return live_grants().filter(
        patient=patient, basis__in=(Basis.PARENT, Basis.COURT), may_book=True
    )


def birth_dates(patients: Sequence[int]) -> dict[int, date]:
    """Return the dates of birth by the primary keys of patients. One query."""
    rows = DateOfBirth.objects.filter(patient__in=patients).order_by("pk")
    return dict(rows.values_list("patient", "born_on"))


def birthday(born: date, age: int) -> date:
    """Return the day on which somebody reaches an age; born on 29 February, it is 1 March."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def age_on(born: date, day: date) -> int:
    """Return the age in years on a day."""
    age = day.year - born.year
    return age if birthday(born, age) <= day else age - 1


def hidden_ids(appointments: Sequence[Appointment]) -> set[int]:
    """Return the primary keys of those appointments that their patients hide from proxies."""
    rows = HiddenAppointment.objects.filter(appointment__in=appointments)
    return set(rows.values_list("appointment", flat=True)) if appointments else set()


def find_live_grant(public_id: UUID) -> Proxy | None:
    """Return a grant in force by public id, or None."""
    rows = live_grants().select_related("actor", "patient", "granted_by")
    return rows.filter(public_id=public_id).first()


def find_grant(public_id: UUID) -> Proxy | None:
    """Return a grant by public id, in force or not, or None."""
    rows = Proxy.objects.select_related("actor", "patient", "granted_by")
    return rows.filter(public_id=public_id).first()


@dataclass(frozen=True, slots=True)
class OpenReview:
    """A review that staff have to decide on, with the age of the patient if it is known."""

    review: ProxyReview
    age: int | None

    @property
    def grant(self) -> Proxy:
        """The grant under review."""
        return self.review.proxy


def open_reviews() -> list[OpenReview]:
    """Return the reviews that nobody has decided on, the oldest first. Three queries."""
    rows = ProxyReview.objects.filter(done_at=None).select_related("proxy__actor", "proxy__patient")
    reviews = list(rows)
    born, day = birth_dates([row.proxy.patient_id for row in reviews]), today()
    return [
        OpenReview(row, age_on(born[pk], day) if (pk := row.proxy.patient_id) in born else None)
        for row in reviews
    ]


def open_end_reviews() -> QuerySet[ProxyReview]:
    """Return the open reviews of grants whose patient has asked to end them."""
    return ProxyReview.objects.filter(done_at=None, reason=ProxyReview.Reason.ENDED_BY_PATIENT)


def end_asked_ids(grants: Sequence[Proxy]) -> set[int]:
    """Return the primary keys of those grants whose patient has asked to end them. One query."""
    return set(open_end_reviews().filter(proxy__in=grants).values_list("proxy", flat=True))


def open_tasks(now: datetime) -> list[QuerySet[Any]]:
    """Return the reviews and the requests that wait for staff."""
    return [open_requests(now).filter(email=""), ProxyReview.objects.filter(done_at=None)]


def grant_ends_over(patient: Patient) -> list[ProxyEnd]:
    """Return the ends of grants over a patient, the latest first; without grants that were
    replaced."""
    rows = ProxyEnd.objects.filter(proxy__patient=patient)
    rows = rows.exclude(side=ProxyEnd.EndedBy.REPLACED)
    return list(rows.select_related("proxy__actor", "by").order_by("-pk"))
