"""The therapist's brief: what to know before a massage, at a glance."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.access.roles import Ability, AnyUser, has_ability
from booking.access.scope import visible_appointments
from booking.lifecycle import Status
from booking.models import Accommodation, Appointment, Screening
from booking.queries.health.scope import own_patient_ids
from booking.queries.health.status import HealthStatus, decrypt_record, health_statuses
from booking.screening.outcomes import Outcome, TreatmentRestriction
from booking.screening.questionnaires import find_questionnaire, newest_questionnaire
from booking.screening.questions import HealthQuestion
from booking.screening.records import ClearanceDetails, SessionPreferences
from booking.screening.rules import ScreeningFinding, compare_results

LazyText = str | Promise
PRESSURE_PREFERENCE_LABELS: dict[str, LazyText] = {
    "light": _("light pressure"),
    "medium": _("medium pressure"),
    "firm": _("firm pressure"),
}
ARRIVAL_QUESTIONS_WITHIN = timedelta(hours=12)
"""The six questions of every visit are asked on the day itself."""
OUTCOME_SUMMARIES: dict[Outcome, tuple[str, LazyText, LazyText]] = {
    Outcome.OK: ("good", _("Fine to treat"), _("Nothing stands in the way.")),
    Outcome.ADAPT: ("info", _("Adapt"), _("Fine to treat, with care.")),
    Outcome.DOCTOR: ("care", _("Not yet"), _("Somebody must be asked first. Do not treat.")),
    Outcome.STOP: ("stop", _("Do not treat"), _("A massage is not safe now.")),
}
"""Kind of notice, a word, a sentence; the same for everybody at the desk."""


@dataclass(frozen=True, slots=True)
class LastVisit:
    """When, what, with whom."""

    starts_at: datetime
    treatment: str
    therapist: str


@dataclass(frozen=True, slots=True)
class BriefDetail:
    """What only the patient's therapist reads."""

    adapt: Sequence[str]
    new: Sequence[str]
    gone: Sequence[str]
    compared_with: datetime | None
    wishes: Sequence[LazyText]
    avoid: str
    words: Sequence[tuple[datetime, ClearanceDetails]]
    last_visit: LastVisit | None


@dataclass(frozen=True, slots=True)
class HealthBrief:
    """One appointment. Without `detail` the reader sees the outcome only."""

    appointment: Appointment
    health_status: HealthStatus
    answered_on_arrival: bool
    is_soon: bool = False
    detail: BriefDetail | None = None
    questions: Sequence[HealthQuestion] = field(default_factory=list)
    may_enter_answers: bool = False
    may_give_clearance: bool = False

    @property
    def kind(self) -> str:
        return OUTCOME_SUMMARIES[self.health_status.outcome][0] if self.is_known else "care"

    @property
    def word(self) -> LazyText:
        return (
            OUTCOME_SUMMARIES[self.health_status.outcome][1]
            if self.is_known
            else _("To be asked on arrival")
        )

    @property
    def sentence(self) -> LazyText:
        if not self.is_known:
            return _("Nobody has asked the long set within three months.")
        return OUTCOME_SUMMARIES[self.health_status.outcome][2]

    @property
    def is_known(self) -> bool:
        """Whether there are answers to go by. What stands in the way is always known."""
        return self.health_status.are_long_answers_valid or self.health_status.outcome.blocks

    @property
    def is_open(self) -> bool:
        """Whether answers can still be written down."""
        return self.appointment.status in (Status.BOOKED, Status.ARRIVED)

    @property
    def needs_clearance(self) -> bool:
        """Whether a doctor's word, or a talk, would change it."""
        return self.health_status.outcome == Outcome.DOCTOR

    @property
    def is_treatment_unsuitable(self) -> bool:
        """Booked before it was known that something gentler is needed."""
        return not self.health_status.allows_pressure(self.appointment.option.treatment.pressure)

    @property
    def closes(self) -> LazyText:
        """What may not be given, in a word."""
        closed = {finding.closes for finding in self.health_status.screening_result.findings}
        if TreatmentRestriction.ALL_BUT_PREGNANCY in closed:
            return _("Pregnancy massage only")
        return (
            _("No deep tissue, sports or trigger point")
            if TreatmentRestriction.FIRM in closed
            else ""
        )

    @property
    def waits_outside(self) -> bool:
        """Everybody at the desk must know: this patient is called in by a text message."""
        record = self.health_status.record
        return record is not None and Accommodation.OUTSIDE in record.wishes.comforts


def load_health_briefs(
    appointments: Iterable[Appointment], user: AnyUser, now: datetime
) -> dict[int, HealthBrief]:
    """By the appointments' keys. Five queries, however many there are."""
    rows = [row for row in appointments if row.patient_id is not None]
    found = health_statuses(rows, now)
    own = own_patient_ids(user, {row.patient_id or 0 for row in rows}, now)
    last = _last_visits([row for row in rows if row.patient_id in own], user, now)
    enters, lifts = (
        has_ability(user, Ability.ENTER_HEALTH_ANSWERS),
        has_ability(user, Ability.CLEAR_ALL_PATIENTS),
    )
    briefs = {}
    for row in rows:
        mine = row.patient_id in own
        brief = _brief(row, found[row.pk], _detail(found[row.pk], last.get(row.pk), mine=mine))
        briefs[row.pk] = replace(
            brief,
            is_soon=row.starts_at - now < ARRIVAL_QUESTIONS_WITHIN,
            may_enter_answers=enters or mine,
            may_give_clearance=lifts or mine,
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
    return screening is not None and screening.asked == Screening.Asked.ARRIVAL


def _detail(
    health_status: HealthStatus, last_visit: LastVisit | None, *, mine: bool
) -> BriefDetail | None:
    if not mine:
        return None
    record = health_status.record
    wishes = record.wishes if record is not None else SessionPreferences()
    new, gone = _changes(health_status)
    chosen: list[LazyText] = (
        [PRESSURE_PREFERENCE_LABELS[wishes.pressure]]
        if wishes.pressure in PRESSURE_PREFERENCE_LABELS
        else []
    )
    chosen += [one.label for one in Accommodation if one in wishes.comforts]
    return BriefDetail(
        adapt=[
            note for finding in health_status.screening_result.findings for note in _notes(finding)
        ],
        new=new,
        gone=gone,
        compared_with=health_status.before.answered_at
        if health_status.before is not None
        else None,
        wishes=chosen,
        avoid=wishes.avoid,
        words=[(lift.at, word) for lift, word in health_status.words],
        last_visit=last_visit,
    )


def _notes(finding: ScreeningFinding) -> list[str]:
    """What the therapist does about an answer; the answer itself where nothing is written."""
    note = finding.adapt or finding.answer
    return [f"{note} “{finding.words}”" if finding.words else note]


def _changes(health_status: HealthStatus) -> tuple[list[str], list[str]]:
    """What is new since the last time, and what is no longer so."""
    if health_status.record is None or health_status.before is None:
        return [], []
    before = decrypt_record(health_status.before).screening_result
    new, gone = compare_results(before, health_status.record.screening_result)
    return [finding.answer for finding in new], [finding.answer for finding in gone]


def _last_visits(rows: Sequence[Appointment], user: AnyUser, now: datetime) -> dict[int, LastVisit]:
    """The last completed appointment before each one, among those the reader may see."""
    if not rows:
        return {}
    visits: dict[int, list[tuple[datetime, str, str]]] = {}
    done = visible_appointments(user, now).filter(
        patient__in={row.patient_id for row in rows}, status=Status.COMPLETED
    )
    for patient, starts_at, treatment, therapist in done.order_by("starts_at").values_list(
        "patient_id", "starts_at", "option__treatment__name", "therapist__name"
    ):
        visits.setdefault(patient or 0, []).append((starts_at, treatment, therapist))
    found = {}
    for row in rows:
        earlier = [one for one in visits.get(row.patient_id or 0, []) if one[0] < row.starts_at]
        if earlier:
            found[row.pk] = LastVisit(*earlier[-1])
    return found
