"""The therapist's brief: what to know before a massage, at a glance."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.access.roles import Ability, Person, may
from booking.access.scope import appointments_of
from booking.lifecycle import Status
from booking.models import Appointment, Comfort, Screening
from booking.queries.health.scope import own_patients
from booking.queries.health.status import Standing, open_record, standings
from booking.screening.outcomes import Closes, Outcome
from booking.screening.questionnaires import find_version, newest_version
from booking.screening.questions import Question
from booking.screening.records import DoctorsWord, Wishes
from booking.screening.rules import Finding, changes

Words = str | Promise
PRESSURE: dict[str, Words] = {
    "light": _("light pressure"),
    "medium": _("medium pressure"),
    "firm": _("firm pressure"),
}
READ_OUT_WITHIN = timedelta(hours=12)
"""The six questions of every visit are asked on the day itself."""
SUMMARY: dict[Outcome, tuple[str, Words, Words]] = {
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
class Detail:
    """What only the patient's therapist reads."""

    adapt: Sequence[str]
    new: Sequence[str]
    gone: Sequence[str]
    compared_with: datetime | None
    wishes: Sequence[Words]
    avoid: str
    words: Sequence[tuple[datetime, DoctorsWord]]
    last_visit: LastVisit | None


@dataclass(frozen=True, slots=True)
class Brief:
    """One appointment. Without `detail` the reader sees the outcome only."""

    appointment: Appointment
    standing: Standing
    asked_today: bool
    is_soon: bool = False
    detail: Detail | None = None
    questions: Sequence[Question] = field(default_factory=list)
    may_enter: bool = False
    may_lift: bool = False

    @property
    def kind(self) -> str:
        return SUMMARY[self.standing.outcome][0] if self.is_known else "care"

    @property
    def word(self) -> Words:
        return SUMMARY[self.standing.outcome][1] if self.is_known else _("To be asked on arrival")

    @property
    def sentence(self) -> Words:
        if not self.is_known:
            return _("Nobody has asked the long set within three months.")
        return SUMMARY[self.standing.outcome][2]

    @property
    def is_known(self) -> bool:
        """Whether there are answers to go by. What stands in the way is always known."""
        return self.standing.long_is_fresh or self.standing.outcome.blocks

    @property
    def is_open(self) -> bool:
        """Whether answers can still be written down."""
        return self.appointment.status in (Status.BOOKED, Status.ARRIVED)

    @property
    def waits_for_doctor(self) -> bool:
        """Whether a doctor's word, or a talk, would change it."""
        return self.standing.outcome == Outcome.DOCTOR

    @property
    def treatment_is_closed(self) -> bool:
        """Booked before it was known that something gentler is needed."""
        return not self.standing.still_open(self.appointment.option.treatment.touch)

    @property
    def closes(self) -> Words:
        """What may not be given, in a word."""
        closed = {finding.closes for finding in self.standing.judgement.findings}
        if Closes.ALL_BUT_PREGNANCY in closed:
            return _("Pregnancy massage only")
        return _("No deep tissue, sports or trigger point") if Closes.FIRM in closed else ""

    @property
    def waits_outside(self) -> bool:
        """Everybody at the desk must know: this patient is called in by a text message."""
        record = self.standing.record
        return record is not None and Comfort.OUTSIDE in record.wishes.comforts


def load_briefs(
    appointments: Iterable[Appointment], user: Person, now: datetime
) -> dict[int, Brief]:
    """By the appointments' keys. Five queries, however many there are."""
    rows = [row for row in appointments if row.patient_id is not None]
    found = standings(rows, now)
    own = own_patients(user, {row.patient_id or 0 for row in rows}, now)
    last = _last_visits([row for row in rows if row.patient_id in own], user, now)
    enters, lifts = may(user, Ability.ENTER_HEALTH), may(user, Ability.LIFT_DOCTOR)
    briefs = {}
    for row in rows:
        mine = row.patient_id in own
        brief = _brief(row, found[row.pk], _detail(found[row.pk], last.get(row.pk), mine=mine))
        briefs[row.pk] = replace(
            brief,
            is_soon=row.starts_at - now < READ_OUT_WITHIN,
            may_enter=enters or mine,
            may_lift=lifts or mine,
        )
    return briefs


def _brief(row: Appointment, standing: Standing, detail: Detail | None) -> Brief:
    version = find_version(standing.record.version) if standing.record else None
    return Brief(
        appointment=row,
        standing=standing,
        asked_today=_asked_today(standing.screening),
        detail=detail,
        questions=(version or newest_version()).short_questions(),
    )


def _asked_today(screening: Screening | None) -> bool:
    return screening is not None and screening.asked == Screening.Asked.ARRIVAL


def _detail(standing: Standing, last_visit: LastVisit | None, *, mine: bool) -> Detail | None:
    if not mine:
        return None
    record = standing.record
    wishes = record.wishes if record is not None else Wishes()
    new, gone = _changes(standing)
    chosen: list[Words] = [PRESSURE[wishes.pressure]] if wishes.pressure in PRESSURE else []
    chosen += [one.label for one in Comfort if one in wishes.comforts]
    return Detail(
        adapt=[note for finding in standing.judgement.findings for note in _notes(finding)],
        new=new,
        gone=gone,
        compared_with=standing.before.answered_at if standing.before is not None else None,
        wishes=chosen,
        avoid=wishes.avoid,
        words=[(lift.at, word) for lift, word in standing.words],
        last_visit=last_visit,
    )


def _notes(finding: Finding) -> list[str]:
    """What the therapist does about an answer; the answer itself where nothing is written."""
    note = finding.adapt or finding.answer
    return [f"{note} “{finding.words}”" if finding.words else note]


def _changes(standing: Standing) -> tuple[list[str], list[str]]:
    """What is new since the last time, and what is no longer so."""
    if standing.record is None or standing.before is None:
        return [], []
    before = open_record(standing.before).judgement
    new, gone = changes(before, standing.record.judgement)
    return [finding.answer for finding in new], [finding.answer for finding in gone]


def _last_visits(rows: Sequence[Appointment], user: Person, now: datetime) -> dict[int, LastVisit]:
    """The last completed appointment before each one, among those the reader may see."""
    if not rows:
        return {}
    visits: dict[int, list[tuple[datetime, str, str]]] = {}
    done = appointments_of(user, now).filter(
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
