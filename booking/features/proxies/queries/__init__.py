"""Read grants, requests and reviews."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from booking.access.proxies import PERMISSION_LABELS, Permission
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
from booking.models import Appointment, AuditEntry, ClinicProfile, Patient, User
from booking.models.appointments import AppointmentQuerySet
from booking.models.current_clinic import clinic_date
from booking.registries import patient_access, patient_export
from booking.registries.birth_dates import register_birth_dates
from booking.registries.minors import KnownAge
from booking.registries.patient_access import AccessLine
from booking.registries.patient_export import TREATMENT, EmailPart, ExportPart
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
    not_ended = Proxy.objects.filter(patient=appointment.patient_id, end=None)
    if appointment.patient is None or not not_ended.exists() or is_hidden(appointment):
        return []
    return [grant for grant in grants_over(appointment.patient) if grant.may_see_times]


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


def access_lines(patient: Patient, now: datetime) -> Iterator[AccessLine]:
    """Yield a line for each proxy of a patient, for the page "Who can see me". Two queries."""
    grants = grants_over(patient)
    reads = AuditEntry.objects.filter(patient_pk=patient.pk, at__lte=now)
    reads = reads.filter(user__in=[grant.actor_id for grant in grants]).order_by()
    last = dict(reads.values_list("user").annotate(Max("at")))
    for grant in grants:
        labels = [PERMISSION_LABELS[permission] for permission in sorted(grant.permissions)]
        yield AccessLine(
            name=str(grant.actor),
            what=_("can %(what)s") % {"what": "; ".join(map(str, labels))},
            last_read_at=last.get(grant.actor_id),
            end_url=reverse("me-family-grant", args=[grant.public_id]),
            end_label=_("Change or end"),
        )


def exported_grants(patient: Patient) -> Iterator[dict[str, Any]]:
    """Yield the grants over a patient, for the copy of their data. Two queries."""
    rows = Proxy.objects.filter(patient=patient).select_related("actor", "end")
    for row in rows:
        yield {
            "who": str(row.actor),
            "may": [str(PERMISSION_LABELS[permission]) for permission in sorted(row.permissions)],
            "because": row.get_basis_display(),
            "since": row.granted_at,
            "last_day": row.ends_on,
            "ended": row.end.at if hasattr(row, "end") else None,
        }


def exported_own_grants(patient: Patient) -> Iterator[dict[str, Any]]:
    """Yield for whom a patient may or could act, for the copy of their data. Two queries."""
    rows = Proxy.objects.filter(actor=patient.user_id or 0).select_related("patient", "end")
    for row in rows:
        yield {
            "for": row.patient.name,
            "may": [str(PERMISSION_LABELS[permission]) for permission in sorted(row.permissions)],
            "since": row.granted_at,
            "last_day": row.ends_on,
            "ended": row.end.at if hasattr(row, "end") else None,
        }


def exported_requests(email: str) -> Iterator[dict[str, Any]]:
    """Yield the requests to act for somebody, made by or sent to an address. Two queries."""
    rows = ProxyRequest.objects.filter(Q(email__iexact=email) | Q(actor__email__iexact=email))
    for row in rows.select_related("actor"):
        is_own = row.actor.email.lower() == email.lower()
        yield {
            "made_by": "" if is_own else str(row.actor),
            "for": row.name,
            "sent_to": row.email,
            "asked": row.asked_at,
            "answer": "" if is_own else row.get_answer_display(),
        }


def exported_hidden(patient: Patient) -> Iterator[dict[str, Any]]:
    """Yield which appointments a patient hides from those who act for them. One query."""
    rows = HiddenAppointment.objects.filter(appointment__patient=patient)
    for row in rows.select_related("appointment"):
        yield {"appointment": row.appointment.starts_at, "hidden": row.hidden_at}


def exported_birth_dates(patient: Patient) -> Iterator[dict[str, Any]]:
    """Yield the dates of birth that were entered for a patient. One query."""
    for row in DateOfBirth.objects.filter(patient=patient):
        yield {"born_on": row.born_on, "entered": row.entered_at}


def exported_consents(patient: Patient) -> Iterator[dict[str, Any]]:
    """Yield what guardians agreed to for a patient. One query."""
    for row in GuardianConsent.objects.filter(patient=patient).select_related("given_by"):
        yield {
            "who": str(row.given_by),
            "agreed": row.given_at,
            "version": row.version,
            "text": row.text,
        }


def register_patient_data() -> None:
    """Add grants and dates of birth to "Who can see me" and to the copy of a person's data."""
    patient_access.register(access_lines)
    register_birth_dates(born_on)
    for part in (
        ExportPart("family", _("Who may or could act for you"), exported_grants, (Proxy, ProxyEnd)),
        ExportPart("acting_for", _("For whom you may or could act"), exported_own_grants),
        ExportPart(
            "birth_dates",
            _("Date of birth"),
            exported_birth_dates,
            (DateOfBirth,),
            frozenset({TREATMENT}),
        ),
        ExportPart(
            "guardian_consents",
            _("What your guardians agreed to"),
            exported_consents,
            (GuardianConsent,),
        ),
        ExportPart(
            "hidden_appointments",
            _("Appointments that you hide from others"),
            exported_hidden,
            (HiddenAppointment,),
        ),
    ):
        patient_export.register(part)
    patient_export.register_by_email(
        EmailPart(
            "requests_to_act", _("Requests to act for somebody"), exported_requests, (ProxyRequest,)
        )
    )
    patient_export.leave_out(ProxyReview, "A task for staff to look at a grant.")
