"""Approve retention rules, and erase what no rule keeps any more, after a dry run."""

from datetime import datetime, timedelta
from uuid import UUID

from booking.access.roles import Ability, has_ability
from booking.actions.actor import Actor
from booking.actions.audit.record import Action
from booking.actions.audit.settings import record_setting
from booking.actions.locks import write_action, write_transaction
from booking.features.privacy.actions.erase import erase_person
from booking.features.privacy.errors import HasAppointments, NotTheOwner
from booking.features.privacy.models import (
    NOTICE,
    RetentionRule,
    RetentionRun,
    SealedRecord,
)
from booking.features.privacy.queries.retention import describe_rule, find_due_records
from booking.models import ClinicProfile, Patient
from booking.queries.patients.person import find_person_of
from clinic.lib.dates import clock

RULE_FIELDS = (
    "jurisdiction", "kind", "years", "counted_from", "majority_age", "source", "remark",
    "checked_on",
)  # fmt: skip
RUNS_KEPT_FOR = timedelta(days=3 * 366)


@write_action
def save_rule(rule: RetentionRule, *, by: Actor) -> RetentionRule:
    """Save a new or changed rule. A changed rule must be approved again. Raises NotTheOwner."""
    _require_owner(by)
    action = Action.CREATED if rule.pk is None else Action.CHANGED
    with write_transaction():
        rule.approved_at = rule.approved_by = None
        rule.save()
        record_setting(describe_rule(rule), action=action, fields=RULE_FIELDS, by=by)
    return rule


@write_action
def approve_rule(rule: RetentionRule, *, by: Actor) -> None:
    """Approve a rule: it counts from now on. Raises NotTheOwner."""
    _require_owner(by)
    with write_transaction():
        rule.approved_at, rule.approved_by = clock.now(), by.user
        rule.save(update_fields=["approved_at", "approved_by"])
        record_setting(describe_rule(rule), action=Action.ACCEPTED, by=by)


@write_action
def withdraw_approval(rule: RetentionRule, *, by: Actor) -> None:
    """End the approval of a rule. Records sealed under it keep their date. Raises NotTheOwner."""
    _require_owner(by)
    with write_transaction():
        rule.approved_at = rule.approved_by = None
        rule.save(update_fields=["approved_at", "approved_by"])
        RetentionRun.objects.filter(done_at=None, stopped_at=None).update(stopped_at=clock.now())
        record_setting(describe_rule(rule), action=Action.REVOKED, by=by)


@write_action
def delete_rule(rule: RetentionRule, *, by: Actor) -> None:
    """Delete a rule. Planned runs are stopped. Raises NotTheOwner."""
    withdraw_approval(rule, by=by)
    with write_transaction():
        record_setting(describe_rule(rule), action=Action.DELETED, by=by)
        rule.delete()


@write_action
def stop_run(run: RetentionRun, *, by: Actor) -> None:
    """Stop a planned run. Raises NotTheOwner."""
    _require_owner(by)
    with write_transaction():
        stopped = RetentionRun.objects.filter(pk=run.pk, done_at=None, stopped_at=None)
        if stopped.update(stopped_at=clock.now()):
            record_setting("retention run", action=Action.REVOKED, by=by)


def run_retention(now: datetime) -> int:
    """Delete sealed records whose day has passed; carry out the run that was shown long enough;
    or else plan one. Returns how many records were erased and deleted.

    Does nothing without approved rules, except with sealed records. A run erases only what its dry
    run has listed and no rule keeps meanwhile.
    """
    clinic = ClinicProfile.current()
    if clinic is None:
        return 0
    count = SealedRecord.objects.filter(keep_until__lt=clinic.today(now)).delete()[0]
    RetentionRun.objects.filter(planned_at__lt=now - RUNS_KEPT_FOR).delete()
    still_open = RetentionRun.objects.filter(done_at=None, stopped_at=None).first()
    if still_open is None:
        _plan(clinic, now)
    elif still_open.runs_at <= now:
        count += _carry_out(still_open, clinic, now)
    return count


def _plan(clinic: ClinicProfile, now: datetime) -> None:
    """Make a dry run, unless nothing is due or the owner has stopped one for the same records."""
    records = [str(record.public_id) for record in find_due_records(clinic, now)]
    stopped = RetentionRun.objects.exclude(stopped_at=None).filter(records=records)
    if records and not stopped.filter(planned_at__gt=now - timedelta(days=90)).exists():
        RetentionRun.objects.create(planned_at=now, runs_at=now + NOTICE, records=records)


def _carry_out(run: RetentionRun, clinic: ClinicProfile, now: datetime) -> int:
    due = {record.pk: record for record in find_due_records(clinic, now)}
    erased = 0
    listed = Patient.objects.filter(public_id__in=[UUID(text) for text in run.records])
    for record in listed.filter(pk__in=due):
        try:
            erase_person(find_person_of(record), clinic, by=Actor.system())
        except HasAppointments:
            continue
        erased += 1
    run.done_at, run.erased = now, erased
    run.save(update_fields=["done_at", "erased"])
    return erased


def _require_owner(by: Actor) -> None:
    if by.user is None or not has_ability(by.user, Ability.STAFF):
        raise NotTheOwner()
