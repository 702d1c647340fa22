"""Record that a doctor has agreed to a massage."""

from datetime import date

from booking.actions.actor import Actor
from booking.actions.health.audit_trail import AccessAction, AccessedContent, log_health_access
from booking.actions.health.hold_answers import keep_for_doctor
from booking.actions.locks import write_action, write_transaction
from booking.errors import ClearanceNotNeeded, NotAllowed
from booking.models import MedicalClearance, Screening
from booking.notifications.subjects.health import notify_booking_can_resume
from booking.queries.health.scope import may_give_clearance
from booking.queries.health.status import health_status_of
from booking.screening.outcomes import Outcome
from booking.screening.records import ClearanceDetails
from clinic.lib.dates import clock


@write_action
def record_clearance(
    screening: Screening,
    *,
    by: Actor,
    given_on: date,
    doctor: str,
    limits: str,
    gentle_only: bool,
) -> MedicalClearance:
    """Record a clearance: the DOCTOR findings up to now become ADAPT.

    `given_on` is the day the doctor agreed, `doctor` the name, `limits` what the doctor said;
    `gentle_only` excludes firm treatments. Somebody who has not booked yet is told by mail that
    the booking can be finished. Raises NotAllowed, or ClearanceNotNeeded if the outcome is not
    DOCTOR: a STOP cannot be cleared.
    """
    with write_transaction():
        row = Screening.objects.select_related("appointment", "patient").get(pk=screening.pk)
        now = clock.now()
        if by.user is None or not may_give_clearance(by.user, row.patient_id, now):
            raise NotAllowed()
        health_status = health_status_of(row.appointment, now)
        if health_status.outcome != Outcome.DOCTOR:
            raise ClearanceNotNeeded()
        covered_answers = frozenset(
            finding.key for finding in health_status.screening_result.blocking_findings()
        )
        clearance = MedicalClearance(screening=row, by=by.user, at=now, given_on=given_on)
        clearance.details_json = ClearanceDetails(
            doctor, limits, gentle_only, covered_answers
        ).to_json()
        clearance.save(force_insert=True)
        log_health_access([row], AccessAction.CLEARANCE_RECORDED, AccessedContent.OUTCOME, by=by)
        keep_for_doctor(row)
        notify_booking_can_resume(row)
    return clearance
