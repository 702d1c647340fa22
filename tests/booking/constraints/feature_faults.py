"""For every constraint of a feature's models: a valid row, and changes that violate it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from booking.features.backups.models import BackupRun
from booking.features.proxies.models import (
    Basis,
    GuardianConsent,
    Proxy,
    ProxyEnd,
    ProxyInvitation,
    ProxyRequest,
    ProxyReview,
    ProxySettings,
    RecordTakeover,
)
from tests import factories as make
from tests.booking.constraints.fault import Fault, like_another
from tests.factories.monitoring import ProgramErrorFactory
from tests.factories.privacy import (
    RetentionRuleFactory,
    RetentionRunFactory,
    SealedRecordFactory,
)
from tests.factories.proxies import ProxyFactory

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
"""The database lets grants be deleted that are as old as this one."""
INSERT, UPDATE = frozenset({"insert"}), frozenset({"update"})
NOTHING = dict.fromkeys(("may_book", "may_see_times", "may_see_health", "may_pay"), False)


def grant() -> Proxy:
    return ProxyFactory(granted_at=LONG_AGO)


def end() -> ProxyEnd:
    row = grant()
    return ProxyEnd.objects.create(
        proxy=row, at=LONG_AGO, side=ProxyEnd.EndedBy.STAFF, by=row.actor
    )


def request(**values: Any) -> ProxyRequest:
    asked = {"basis": Basis.CONSENT, "email": "ben@mail.example"} | values
    return ProxyRequest.objects.create(
        actor=make.UserFactory(), name="Ben", closes_at=LONG_AGO, may_book=True, **asked
    )


def invitation() -> ProxyInvitation:
    return ProxyInvitation.objects.create(
        patient=make.PatientFactory(),
        invited_by=make.UserFactory(),
        email="ben@mail.example",
        token_hash=make.UserFactory().email,
        closes_at=LONG_AGO,
        may_book=True,
    )


def takeover() -> RecordTakeover:
    return RecordTakeover.objects.create(
        user=make.UserFactory(), born_on=date(2010, 5, 1), closes_at=LONG_AGO
    )


def review() -> ProxyReview:
    return ProxyReview.objects.create(
        proxy=grant(), reason=ProxyReview.Reason.FIRST_AGE, due_on=date(2026, 12, 1)
    )


def ages() -> ProxySettings:
    return ProxySettings.objects.create()


def consent() -> GuardianConsent:
    return GuardianConsent.objects.create(
        patient=make.PatientFactory(),
        given_by=make.UserFactory(),
        given_at=LONG_AGO,
        version="1",
        attendance="room",
        text="I agree.",
    )


def backup() -> BackupRun:
    return BackupRun.objects.create(
        kind=BackupRun.Kind.BACKUP, started_at=LONG_AGO, duration=timedelta(0), rows=0, size=0
    )


FAULTS: list[Fault] = [
    Fault("proxy_is_append_only", grant, {"may_pay": True}, UPDATE),
    Fault("proxy_is_append_only", grant, {"ends_on": date(2026, 12, 1)}, UPDATE),
    Fault("proxy_grants_something", grant, NOTHING, INSERT),
    Fault("proxy_basis_known", grant, {"basis": "friend"}, INSERT),
    Fault("proxy_end_is_append_only", end, {"side": ProxyEnd.EndedBy.PATIENT}, UPDATE),
    Fault("proxy_request_of_adult", request, {"email": ""}),
    Fault("proxy_request_of_adult", request, {"basis": Basis.COURT}),
    Fault("proxy_request_of_adult", request, {"basis": Basis.PARENT}),
    Fault("proxy_invitation_address", invitation, {"email": "Ben@mail.example"}),
    Fault("proxy_invitation_address", invitation, {"email": ""}),
    Fault("proxy_invitation_allows", invitation, {"may_book": False}),
    Fault("proxy_invitation_answered", invitation, {"answer": "agreed"}),
    Fault("proxy_invitation_answered", invitation, {"answered_at": LONG_AGO}),
    Fault("takeover_open_once", takeover, like_another(takeover, "user")),
    Fault("takeover_decided_with_reason", takeover, {"decided_at": LONG_AGO}),
    Fault("takeover_decided_with_reason", takeover, {"decision": "done", "decided_at": LONG_AGO}),
    Fault("proxy_reviewed_once", review, like_another(review, "proxy", "reason")),
    Fault("proxy_ages_in_order", ages, {"first_age": 0}),
    Fault("proxy_ages_in_order", ages, {"second_age": 11}),
    Fault("proxy_ages_in_order", ages, {"second_age": 22}),
    Fault("proxy_settings_once", ages, {"only_row": False}),
    Fault("proxy_notice_not_too_long", ages, {"notice_days": 91}),
    Fault("proxy_online_age_at_most_18", ages, {"online_age": 19}),
    Fault("proxy_attendance_known", ages, {"attendance": "garden"}),
    Fault("backup_kind_known", backup, {"kind": "copy"}),
    Fault("guardian_consent_is_append_only", consent, {"text": "Anything."}, UPDATE),
    Fault("retention_years_sane", RetentionRuleFactory, {"years": 0}),
    Fault("retention_kind_known", RetentionRuleFactory, {"kind": "beads"}),
    Fault("retention_majority_sane", RetentionRuleFactory, {"majority_age": 13}),
    Fault("retention_majority_sane", RetentionRuleFactory, {"majority_age": 26}),
    Fault("retention_has_source", RetentionRuleFactory, {"source": ""}),
    Fault("retention_run_once", RetentionRunFactory, like_another(RetentionRunFactory, "runs_at")),
    Fault("program_error_once", ProgramErrorFactory, like_another(ProgramErrorFactory, "line")),
    Fault("program_error_source_known", ProgramErrorFactory, {"source": "dream"}),
    Fault("sealed_once", SealedRecordFactory, like_another(SealedRecordFactory, "patient")),
]
