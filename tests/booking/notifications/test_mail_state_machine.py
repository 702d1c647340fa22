"""Whatever happens to appointments, addresses and the mail server: everybody gets what they should.

A state machine books, corrects addresses, merges records and takes that back, moves, cancels and
delivers, while the mail server refuses, defers or hangs up at any stage. A model of our own knows
the present address of every patient and the newest thing that they must be told.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import parseaddr

import dj_email_url
import pytest
from django.conf import settings as site_settings
from django.db import transaction
from django.test import override_settings
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from booking.actions.appointments.book_by_phone import book_by_phone
from booking.actions.appointments.cancel import cancel_appointment
from booking.actions.appointments.reschedule import reschedule_appointment
from booking.actions.patients.merge_patients import merge_patients, undo_merge
from booking.actions.patients.update_patient import change_patient
from booking.inputs import ContactDetails, PatientData, PersonalDetails, StaffSlotRequest
from booking.models import Appointment, Notification, Patient, PatientMerge, Role, User
from booking.notifications.delivery import deliver_due
from clinic.lib.dates import clock
from tests.booking.desk.staffed_desk import by
from tests.conftest import MONDAY_NOON
from tests.people import member
from tests.scene import Scene, at, fresh, make_clinic
from tests.servers.smtp import HANG_UP, OK, Postbox, postbox

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

TOLD = ("booked", "moved", "cancelled")
FAULTS = {
    "greeting": ("421 4.3.2 busy", "554 5.7.1 no service for you", HANG_UP),
    "mail": ("451 4.3.0 try later", "553 5.7.1 sender address rejected: not owned", HANG_UP),
    "rcpt": (
        "450 4.2.1 mailbox busy", "451 4.7.1 greylisted", "452 4.2.2 mailbox full",
        "421 4.3.2 closing", "550 5.7.1 refused by policy", "552 5.2.2 mailbox full", HANG_UP,
    ),
    "data_command": ("451 4.3.0 try later", HANG_UP),
    "data": ("451 4.3.0 try later", "452 4.3.1 no storage", HANG_UP),
}  # fmt: skip
"""Replies of the server, by the field of Postbox. None of them means that there is no mailbox."""
STAGES = st.sampled_from([(stage, reply) for stage, replies in FAULTS.items() for reply in replies])
LATEST_TRY = timedelta(hours=2)
"""Longer than the longest pause between two tries."""
ROUNDS_TO_THE_END = 12


@dataclass
class Record:
    """What a patient record must be."""

    patient: Patient
    email: str
    is_merged: bool = False


@dataclass
class Visit:
    """An appointment, the record that it belongs to, and the newest thing to be told of it."""

    appointment: Appointment
    record: Record
    newest: str = "booked"


@dataclass
class Merged:
    """A merge that can be taken back, and what both records were before."""

    merge: PatientMerge
    kept: Record
    merged: Record
    kept_email: str
    given_email: str
    moved: list[Visit] = field(default_factory=list)


class MailStateMachine(RuleBasedStateMachine):
    """Each example has rows of its own, in a transaction that is rolled back at its end."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers = 0
        self.records: list[Record] = []
        self.visits: list[Visit] = []
        self.merges: list[Merged] = []
        self.seen: Counter[str] = Counter()
        self.answer_is_lost = False
        self.unanswered: set[str] = set()
        self.stack = ExitStack()
        self.server: Postbox = self.stack.enter_context(postbox())
        self.stack.enter_context(_mails_go_to(self.server))
        self.stack.enter_context(_rolled_back())

    @initialize()
    def open_clinic(self) -> None:
        self.scene: Scene = make_clinic(therapists=3, rooms=3, horizon_days=120)
        self.owner: User = member(Role.OWNER, app=False)

    @property
    def people(self) -> list[Record]:
        return [record for record in self.records if not record.is_merged]

    @property
    def upcoming(self) -> list[Visit]:
        return [visit for visit in self.visits if visit.newest != "cancelled"]

    @rule()
    def book(self) -> None:
        email = self._new_email()
        person = PersonalDetails(email.partition("@")[0], email, "")
        row = book_by_phone(self._free_place(), person, by=by(self.owner), is_new_patient=True)
        assert row.patient is not None
        record = Record(row.patient, email)
        self.records.append(record)
        self.visits.append(Visit(row, record))

    @precondition(lambda self: self.people)
    @rule(data=st.data())
    def correct_address(self, data: st.DataObject) -> None:
        record = data.draw(st.sampled_from(self.people))
        record.email = self._new_email()
        change_patient(record.patient, PatientData(record.patient.name, record.email, ""))

    @precondition(lambda self: len(self.people) > 1)
    @rule(data=st.data())
    def merge(self, data: st.DataObject) -> None:
        kept, merged = data.draw(
            st.lists(st.sampled_from(self.people), min_size=2, max_size=2, unique_by=id)
        )
        email = data.draw(st.sampled_from([kept.email, merged.email]))
        contact = ContactDetails(kept.patient.name, email, "")
        row = merge_patients(kept.patient, merged.patient, contact, by=self.owner)
        moved = [visit for visit in self.visits if visit.record is merged]
        self.merges.append(Merged(row, kept, merged, kept.email, email, moved))
        kept.email, merged.is_merged = email, True
        for visit in moved:
            visit.record = kept

    @precondition(lambda self: self.merges)
    @rule()
    def undo_merge(self) -> None:
        last = self.merges.pop()
        undo_merge(last.merge, by=self.owner)
        last.merged.is_merged = False
        if last.kept.email == last.given_email:  # else it was corrected since
            last.kept.email = last.kept_email
        for visit in last.moved:
            visit.record = last.merged

    @precondition(lambda self: self.upcoming)
    @rule(data=st.data())
    def move(self, data: st.DataObject) -> None:
        visit = data.draw(st.sampled_from(self.upcoming))
        place = self._free_place()
        reschedule_appointment(
            fresh(visit.appointment),
            start=place.start,
            therapist=place.therapist,
            by=by(self.owner),
        )
        visit.newest = "moved"

    @precondition(lambda self: self.upcoming)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        visit = data.draw(st.sampled_from(self.upcoming))
        cancel_appointment(fresh(visit.appointment), by=by(self.owner))
        visit.newest = "cancelled"

    @rule(fault=STAGES)
    def deliver_to_a_bad_server(self, fault: tuple[str, str]) -> None:
        stage, reply = fault
        setattr(self.server, stage, reply)
        self.answer_is_lost = (stage, reply) == ("data", HANG_UP)
        self._deliver()
        setattr(self.server, stage, OK)

    @rule()
    def deliver(self) -> None:
        self.answer_is_lost = False
        self._deliver()

    @rule(minutes=st.integers(1, 60))
    def wait(self, minutes: int) -> None:
        _pass(timedelta(minutes=minutes))

    @invariant()
    def every_mail_went_to_the_address_of_that_moment(self) -> None:
        """Checked for what has arrived since the last step."""
        by_appointment = {visit.appointment.pk: visit for visit in self.visits}
        new, self.server.mails[:] = list(self.server.mails), []
        for mail in new:
            row = Notification.objects.get(message_id=mail["Message-ID"])
            assert row.appointment_id is not None
            visit = by_appointment[row.appointment_id]
            assert parseaddr(str(mail["To"]))[1] == visit.record.email
            self.seen[row.message_id] += 1
            if self.answer_is_lost:
                self.unanswered.add(row.message_id)

    def teardown(self) -> None:
        try:
            self.answer_is_lost = False
            for _ in range(ROUNDS_TO_THE_END):
                _pass(LATEST_TRY)
                self._deliver()
                self.every_mail_went_to_the_address_of_that_moment()
            self._check_that_all_were_told()
        finally:
            self.stack.close()

    def _check_that_all_were_told(self) -> None:
        """The newest thing arrived once, unless its answer was lost; nothing waits or failed."""
        for visit in self.visits:
            rows = Notification.objects.filter(appointment=visit.appointment, kind__in=TOLD)
            last = rows.latest("pk")
            assert (last.kind, last.status) == (visit.newest, Notification.Status.SENT)
            assert self.seen[last.message_id] >= 1
            assert {row.status for row in rows} <= {"sent", "dropped"}
            arrived = {row.message_id for row in rows if self.seen[row.message_id]}
            dropped = {row.message_id for row in rows if row.status == "dropped"}
            assert arrived & dropped <= self.unanswered

    def _deliver(self) -> None:
        deliver_due()

    def _new_email(self) -> str:
        self.numbers += 1
        return f"patient{self.numbers}@mail.example"

    def _free_place(self) -> StaffSlotRequest:
        """Return a place that nobody had yet, weeks ahead, so that no reminder is due."""
        self.numbers += 1
        day = at(9).date() + timedelta(days=20 + self.numbers)
        return StaffSlotRequest(
            self.scene.option.pk, at(10, day=day), self.scene.therapists[0].slug
        )


@contextmanager
def _rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def _mails_go_to(server: Postbox) -> Iterator[None]:
    values = {
        **dj_email_url.parse(server.url),
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_URL": server.url,
        "EMAIL_TIMEOUT": 2,
        "CLINIC_CLOCK": MONDAY_NOON,
    }
    with override_settings(**values):
        yield


def _pass(time: timedelta) -> None:
    """Let time pass."""
    site_settings.CLINIC_CLOCK = clock.now() + time


def test_every_patient_gets_the_expected_mails_at_the_current_address() -> None:
    run_state_machine_as_test(
        MailStateMachine,
        settings=settings(
            max_examples=12,
            stateful_step_count=18,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
