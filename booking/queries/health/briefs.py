"""The health brief: what a therapist needs to know before a massage."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.access.roles import Ability, AnyUser, has_ability
from booking.access.scope import visible_appointments
from booking.lifecycle import Status
from booking.models import Accommodation, Appointment, Screening
from booking.queries.appointments.patient_texts import answer_texts
from booking.queries.health.answer_summary import describe_findings
from booking.queries.health.scope import own_patient_ids
from booking.queries.health.status import HealthStatus, health_statuses, readable_record
from booking.screening.outcomes import Outcome, TreatmentRestriction
from booking.screening.questionnaires import find_questionnaire, newest_questionnaire
from booking.screening.questions import HealthQuestion
from booking.screening.records import ClearanceDetails, SessionPreferences
from booking.screening.rules import ScreeningFinding, compare_results
from clinic.lib.text.despair import mentions_despair

LazyText = str | Promise
PRESSURE_PREFERENCE_LABELS: dict[str, LazyText] = {
    "light": _("light pressure"),
    "medium": _("medium pressure"),
    "firm": _("firm pressure"),
}
ARRIVAL_QUESTIONS_WITHIN = timedelta(hours=12)
"""The six questions of every visit are asked within this time before the appointment."""
OUTCOME_SUMMARIES: dict[Outcome, tuple[str, LazyText, LazyText]] = {
    Outcome.OK: ("good", _("Fine to treat"), _("Nothing stands in the way.")),
    Outcome.ADAPT: ("info", _("Adapt"), _("Fine to treat, with care.")),
    Outcome.DOCTOR: ("care", _("Not yet"), _("Somebody must be asked first. Do not treat.")),
    Outcome.STOP: ("stop", _("Do not treat"), _("A massage is not safe now.")),
}
"""Level of the notice, label and sentence of each outcome."""
EXCLUDING_RESTRICTIONS = {TreatmentRestriction.ALL_BUT_PREGNANCY, TreatmentRestriction.FIRM}
"""The restrictions that exclude some treatments."""
NOTICE_ICONS = {"good": "check", "info": "info", "care": "alert", "stop": "stop"}
"""The icon of each level of a notice (templates/components/icon.html)."""


@dataclass(frozen=True, slots=True)
class LastVisit:
    """The patient's last completed appointment."""

    starts_at: datetime
    treatment: str
    therapist: str


@dataclass(frozen=True, slots=True)
class BriefDetail:
    """The part of a brief that only the patient's own therapist reads.

    `new_findings` and `resolved_findings` compare with the answers of `compared_with`;
    `clearances` are pairs of the instant of recording and the details.
    """

    therapist_notes: Sequence[str]
    new_findings: Sequence[str]
    resolved_findings: Sequence[str]
    compared_with: datetime | None
    preferences: Sequence[LazyText]
    areas_to_avoid: str
    clearances: Sequence[tuple[datetime, ClearanceDetails]]
    last_visit: LastVisit | None

    @property
    def change_texts(self) -> list[str]:
        """What has changed since `compared_with`, a short text for each answer."""
        return [
            *(gettext("new: %(answer)s") % {"answer": answer} for answer in self.new_findings),
            *(
                gettext("no longer: %(answer)s") % {"answer": answer}
                for answer in self.resolved_findings
            ),
        ]


@dataclass(frozen=True, slots=True)
class HealthBrief:
    """The brief of one appointment. Without `detail` the reader sees only the outcome.

    `questions` are the six of every visit.
    """

    appointment: Appointment
    health_status: HealthStatus
    answered_on_arrival: bool
    is_within_arrival_window: bool = False
    detail: BriefDetail | None = None
    questions: Sequence[HealthQuestion] = field(default_factory=list)
    may_enter_answers: bool = False
    may_give_clearance: bool = False

    @property
    def notice_level(self) -> str:
        """The level of the notice: good, info, care or stop."""
        return (
            OUTCOME_SUMMARIES[self.health_status.outcome][0] if self.has_valid_answers else "care"
        )

    @property
    def icon(self) -> str:
        """The name of the icon beside the outcome."""
        return NOTICE_ICONS[self.notice_level]

    @property
    def outcome_label(self) -> LazyText:
        """The outcome in a word or two."""
        return (
            OUTCOME_SUMMARIES[self.health_status.outcome][1]
            if self.has_valid_answers
            else _("To be asked on arrival")
        )

    @property
    def outcome_text(self) -> LazyText:
        """The outcome in a sentence."""
        if self.health_status.is_unreadable:
            return _("The answers cannot be read. Please ask all questions again.")
        if not self.has_valid_answers and self.are_answers_withheld:
            return _("Earlier answers are only stored. Please ask all questions again.")
        if not self.has_valid_answers:
            return _("Nobody has asked the long set within three months.")
        return OUTCOME_SUMMARIES[self.health_status.outcome][2]

    @property
    def has_valid_answers(self) -> bool:
        """Whether all questions were answered recently, or the outcome blocks booking anyway."""
        return (
            self.health_status.are_long_answers_valid or self.health_status.outcome.blocks_booking
        )

    @property
    def are_answers_withheld(self) -> bool:
        """Whether earlier answers, if any, are only stored (queries.health.used_answers)."""
        patient = self.appointment.patient
        has_limit = patient is not None and patient.answers_used_since is not None
        return has_limit and not self.health_status.has_answers

    @property
    def can_enter_answers(self) -> bool:
        """Whether the reader may enter answers, and the appointment still takes some."""
        is_open = self.appointment.status in (Status.BOOKED, Status.ARRIVED)
        return self.may_enter_answers and is_open

    @property
    def can_record_clearance(self) -> bool:
        """Whether the reader may record a clearance, and it would change the outcome."""
        return self.may_give_clearance and self.health_status.outcome == Outcome.DOCTOR

    @property
    def has_readable_answers(self) -> bool:
        """Whether there are answers, and the reader may read them."""
        return self.detail is not None and self.health_status.has_answers

    @property
    def is_treatment_unsuitable(self) -> bool:
        """Whether the answers exclude the treatment that is booked."""
        return not self.health_status.allows_pressure(self.appointment.option.treatment.pressure)

    @property
    def restriction_text(self) -> LazyText:
        """The excluded treatments, in a few words; "" if none is excluded.

        Users who may only see the outcome get "gentle" at most, never the reason.
        """
        restrictions = {
            finding.restriction for finding in self.health_status.screening_result.findings
        }
        if self.detail is None:
            return _("Gentle treatments only") if restrictions & EXCLUDING_RESTRICTIONS else ""
        if TreatmentRestriction.ALL_BUT_PREGNANCY in restrictions:
            return _("Pregnancy massage only")
        return (
            _("No deep tissue, sports or trigger point")
            if TreatmentRestriction.FIRM in restrictions
            else ""
        )

    @property
    def has_urgent_text(self) -> bool:
        """Whether a text of the answers mentions despair. All readers learn that, none the text."""
        record = self.health_status.record
        return record is not None and mentions_despair("\n".join(answer_texts(record)))

    @property
    def waits_outside(self) -> bool:
        """Whether the patient waits outside until staff send a text message.

        Users who may only see the outcome are told only to send the message.
        """
        record = self.health_status.record
        return record is not None and Accommodation.OUTSIDE in record.preferences.accommodations


def load_health_briefs(
    appointments: Iterable[Appointment], user: AnyUser, now: datetime
) -> dict[int, HealthBrief]:
    """Return the briefs of appointments by primary key, as far as the user may read them.

    Appointments without a patient have none. At most four queries.
    """
    rows = [row for row in appointments if row.patient_id is not None]
    statuses = health_statuses(rows, now)
    own_ids = own_patient_ids(user, {row.patient_id or 0 for row in rows}, now)
    last_visits = _last_visits([row for row in rows if row.patient_id in own_ids], user, now)
    enters_all = has_ability(user, Ability.ENTER_HEALTH_ANSWERS)
    clears_all = has_ability(user, Ability.CLEAR_ALL_PATIENTS)
    briefs = {}
    for row in rows:
        is_own, status = row.patient_id in own_ids, statuses[row.pk]
        detail = _detail(status, last_visits.get(row.pk)) if is_own else None
        briefs[row.pk] = replace(
            _brief(row, status, detail),
            is_within_arrival_window=row.starts_at - now < ARRIVAL_QUESTIONS_WITHIN,
            may_enter_answers=enters_all or is_own,
            may_give_clearance=clears_all or is_own,
        )
    return briefs


def _brief(
    row: Appointment, health_status: HealthStatus, detail: BriefDetail | None
) -> HealthBrief:
    version = find_questionnaire(health_status.record.version) if health_status.record else None
    return HealthBrief(
        appointment=row,
        health_status=health_status,
        answered_on_arrival=_answered_on_arrival(health_status.screening),
        detail=detail,
        questions=(version or newest_questionnaire()).short_questions(),
    )


def _answered_on_arrival(screening: Screening | None) -> bool:
    return screening is not None and screening.question_set == Screening.QuestionSet.ARRIVAL


def _detail(health_status: HealthStatus, last_visit: LastVisit | None) -> BriefDetail:
    record = health_status.record
    preferences = record.preferences if record is not None else SessionPreferences()
    new_findings, resolved_findings = _changes(health_status)
    labels: list[LazyText] = (
        [PRESSURE_PREFERENCE_LABELS[preferences.preferred_pressure]]
        if preferences.preferred_pressure in PRESSURE_PREFERENCE_LABELS
        else []
    )
    labels += [
        accommodation.label
        for accommodation in Accommodation
        if accommodation in preferences.accommodations
    ]
    return BriefDetail(
        therapist_notes=[
            note for finding in health_status.screening_result.findings for note in _notes(finding)
        ],
        new_findings=new_findings,
        resolved_findings=resolved_findings,
        compared_with=health_status.previous_screening.answered_at
        if health_status.previous_screening is not None
        else None,
        preferences=labels,
        areas_to_avoid=preferences.areas_to_avoid,
        clearances=[(clearance.at, details) for clearance, details in health_status.clearances],
        last_visit=last_visit,
    )


def _notes(finding: ScreeningFinding) -> list[str]:
    """Return the therapist's note about an answer, or the answer itself if there is no note."""
    note = finding.therapist_note or finding.answer
    return [f"{note} “{finding.free_text}”" if finding.free_text else note]


def _changes(health_status: HealthStatus) -> tuple[list[str], list[str]]:
    """Return the answers that are new since the previous screening, and those that are gone."""
    if health_status.record is None or health_status.previous_screening is None:
        return [], []
    previous = readable_record(health_status.previous_screening)
    if previous is None:
        return [], []
    new, resolved = compare_results(
        previous.screening_result, health_status.record.screening_result
    )
    version = health_status.record.version
    return (
        [str(answer) for answer in describe_findings(new, version)],
        [str(answer) for answer in describe_findings(resolved, previous.version)],
    )


def _last_visits(rows: Sequence[Appointment], user: AnyUser, now: datetime) -> dict[int, LastVisit]:
    """Return the last completed appointment before each row that the user may see, by key."""
    if not rows:
        return {}
    visits: dict[int, list[tuple[datetime, str, str]]] = {}
    completed = visible_appointments(user, now).filter(
        patient__in={row.patient_id for row in rows}, status=Status.COMPLETED
    )
    for patient, starts_at, treatment, therapist in completed.order_by("starts_at").values_list(
        "patient_id", "starts_at", "option__treatment__name", "therapist__name"
    ):
        visits.setdefault(patient or 0, []).append((starts_at, treatment, therapist))
    last_visits = {}
    for row in rows:
        earlier = [
            visit for visit in visits.get(row.patient_id or 0, []) if visit[0] < row.starts_at
        ]
        if earlier:
            last_visits[row.pk] = LastVisit(*earlier[-1])
    return last_visits
