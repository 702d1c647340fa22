"""For every constraint of booking's models: a valid row, and changes that violate it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db.models import Model

from booking.models import (
    ErasurePermit,
    MailServerState,
    MoveProposal,
    OpeningHours,
    PatientChoice,
    RateLimitCounter,
)
from tests import factories as make
from tests.booking.constraints.fault import Fault, like_another

START = datetime(2026, 12, 1, 16, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
FIRST, LAST = date(2026, 12, 1), date(2026, 12, 2)


def appointment(**values: Any) -> Callable[[], Model]:
    return lambda: make.AppointmentFactory(starts_at=START, event=None, **values)


def hold() -> Model:
    return make.AppointmentFactory(starts_at=START, event=None, held=True)


def erased_patient() -> Model:
    return make.PatientFactory(name="Erased person", email="", phone="", erased_at=START)


def itself(name: str) -> Callable[[Model], dict[str, Any]]:
    """Return a `spoil` function that links the row to itself."""
    return lambda row: {name: row}


def on_the_other(resource: str) -> Callable[[Model], dict[str, Any]]:
    """Return a `spoil` function: the therapist or room of an overlapping appointment."""

    def values(row: Any) -> dict[str, Any]:
        other = make.AppointmentFactory(starts_at=row.starts_at + HOUR / 2, event=None)
        return {resource: getattr(other, resource)}

    return values


def restricted(**values: Any) -> Model:
    return make.RestrictionFactory(started_at=START, created_at=START, **values)


def line_of_history() -> Model:
    return make.AppointmentEventFactory(appointment__starts_at=START)


def use_count() -> Model:
    """Create counters whose windows begin one minute apart."""
    window = START + RateLimitCounter.objects.count() * HOUR / 60
    return RateLimitCounter.objects.create(key="somebody", window=window)


def payment() -> Model:
    return make.PaymentFactory(appointment__starts_at=START, appointment__event=None)


def opening_hours() -> Model:
    """Create opening hours, each on another weekday."""
    weekday = OpeningHours.objects.count()
    return OpeningHours.objects.create(weekday=weekday, starts=time(9), ends=time(17))


def proposal() -> Model:
    """Create proposals of appointments on days of their own."""
    start = START + MoveProposal.objects.count() * 24 * HOUR
    return MoveProposal.objects.create(
        appointment=make.AppointmentFactory(starts_at=start, event=None),
        hold=make.AppointmentFactory(starts_at=start + 3 * HOUR, event=None, held=True),
    )


def choice() -> Model:
    return PatientChoice.objects.create(
        patient=make.PatientFactory(),
        subject=PatientChoice.Subject.REMINDERS,
        is_wanted=True,
        version="1",
        actor_type="patient",
    )


CHANGE = frozenset({"update"})
FAULTS = [
    Fault("one_clinic", make.ClinicProfileFactory, {"id": 2}),
    Fault("clinic_grid_sane", make.ClinicProfileFactory, {"grid_minutes": 4}),
    Fault("clinic_grid_sane", make.ClinicProfileFactory, {"grid_minutes": 241}),
    Fault("clinic_horizon_sane", make.ClinicProfileFactory, {"horizon_days": 0}),
    Fault("clinic_horizon_sane", make.ClinicProfileFactory, {"horizon_days": 366}),
    Fault("clinic_hold_sane", make.ClinicProfileFactory, {"hold_minutes": 1}),
    Fault("clinic_hold_sane", make.ClinicProfileFactory, {"hold_minutes": 61}),
    Fault("clinic_answer_hours_sane", make.ClinicProfileFactory, {"answer_hours": 0}),
    Fault("clinic_answer_hours_sane", make.ClinicProfileFactory, {"answer_hours": 169}),
    Fault("closure_days_in_order", make.ClosureFactory, {"last_day": date(2001, 1, 1)}),
    Fault("closure_both_times", make.ClosureFactory, {"starts": time(9)}),
    Fault("closure_both_times", make.ClosureFactory, {"ends": time(9)}),
    Fault("closure_times_in_order", make.ClosureFactory, {"starts": time(9), "ends": time(9)}),
    Fault(
        "closure_once",
        make.ClosureFactory,
        like_another(make.ClosureFactory, "name", "first_day", "last_day"),
    ),
    Fault("user_email_once", make.UserFactory, like_another(make.UserFactory, "email")),
    Fault("user_email_lower", make.UserFactory, {"email": "Ada@clinic.example"}),
    Fault("patient_has_name", make.PatientFactory, {"name": ""}),
    Fault(
        "patient_has_visible_name",
        make.PatientFactory,
        {"name": "\u200b", "search_text": " ana@mail.example "},
    ),
    Fault(
        "patient_own_email_is_email",
        make.PatientFactory,
        {"own_email": "another@mail.example"},
    ),
    Fault("account_confirmed_by_somebody", make.PatientFactory, {"account_confirmed_at": START}),
    Fault("patient_not_merged_into_itself", make.PatientFactory, itself("merged_into"), CHANGE),
    Fault("merge_of_two", make.PatientMergeFactory, lambda row: {"remaining": row.duplicate}),
    Fault(
        "patient_merged_once",
        make.PatientMergeFactory,
        like_another(make.PatientMergeFactory, "duplicate"),
    ),
    Fault(
        "option_length_once",
        make.OptionFactory,
        like_another(make.OptionFactory, "treatment", "minutes"),
    ),
    Fault("option_length_sane", make.OptionFactory, {"minutes": 4}),
    Fault("option_length_sane", make.OptionFactory, {"minutes": 301}),
    Fault("option_turnaround_sane", make.OptionFactory, {"turnaround_minutes": 61}),
    Fault("option_price_positive", make.OptionFactory, {"price": Decimal("-0.01")}),
    Fault("offer_once", make.OfferFactory, like_another(make.OfferFactory, "therapist", "option")),
    Fault("offer_price_positive", make.OfferFactory, {"own_price": Decimal("-0.01")}),
    Fault("opening_hours_in_order", opening_hours, {"starts": time(17)}),
    Fault("opening_hours_weekday", opening_hours, {"weekday": 7}),
    Fault("opening_hours_once", opening_hours, like_another(opening_hours, "weekday", "starts")),
    Fault("weekly_hours_in_order", make.WeeklyHoursFactory, {"starts": time(17)}),
    Fault("weekly_hours_weekday", make.WeeklyHoursFactory, {"weekday": 7}),
    Fault(
        "weekly_hours_dates_in_order",
        make.WeeklyHoursFactory,
        {"valid_from": LAST, "valid_until": FIRST},
    ),
    Fault(
        "date_exception_once",
        make.DateExceptionFactory,
        like_another(make.DateExceptionFactory, "therapist", "day"),
    ),
    Fault("date_exception_in_order", make.DateExceptionSpanFactory, {"ends": time(12)}),
    Fault("time_off_in_order", make.TimeOffFactory, {"starts_at": START, "ends_at": START}),
    Fault("therapist_double_booking", appointment(), on_the_other("therapist")),
    Fault("room_double_booking", appointment(), on_the_other("room")),
    Fault(
        "appointment_whole_minutes",
        appointment(),
        {"blocked_until": START + 2 * HOUR + HOUR / 3600},
    ),
    Fault("appointment_in_order", appointment(), {"ends_at": START}),
    Fault("appointment_in_order", appointment(), {"blocked_until": START + HOUR / 2}),
    Fault("appointment_whole_minutes", appointment(), {"starts_at": START + SECOND}),
    Fault("appointment_whole_minutes", appointment(), {"ends_at": START + HOUR / 2 + SECOND}),
    Fault(
        "appointment_whole_minutes",
        appointment(),
        {"blocked_until": START + 2 * HOUR + SECOND / 10},
    ),
    Fault(
        "appointment_not_too_long", appointment(), {"blocked_until": START + 6 * HOUR + HOUR / 60}
    ),
    Fault("appointment_status_known", appointment(), {"status": "maybe"}),
    Fault("hold_extended_at_most_ten_times", hold, {"extension_count": 11}),
    Fault("hold_has_an_end", hold, {"hold_expires_at": None}),
    Fault("booking_has_a_patient", appointment(), {"patient": None}),
    Fault("booking_has_a_patient", appointment(), {"booked_at": None}),
    Fault("booking_has_a_patient", hold, {"status": "booked"}),
    Fault("booking_has_a_patient", appointment(status="no_show"), {"patient": None}),
    Fault("proposed_time_is_never_booked", appointment(), {"proposed_for": uuid4()}),
    Fault("appointment_price_positive", appointment(), {"price": Decimal("-0.01")}),
    Fault("one_open_move_proposal", proposal, like_another(proposal, "appointment")),
    Fault("move_proposal_holds_another_row", proposal, lambda row: {"appointment": row.hold}),
    Fault("patient_choice_subject_known", choice, {"subject": "weather"}, frozenset({"insert"})),
    Fault(
        "erasure_withdrawn_or_done",
        make.ErasureRequestFactory,
        {"withdrawn_at": START, "done_at": START},
    ),
    Fault("patient_choice_is_append_only", choice, {"is_wanted": False}, frozenset({"update"})),
    Fault("patient_choice_is_append_only", choice, {"chosen_at": START}, frozenset({"update"})),
    Fault(
        "restriction_is_filled_once",
        make.RestrictionFactory,
        {"requested_at": START},
        frozenset({"update"}),
    ),
    Fault(
        "restriction_is_filled_once",
        restricted,
        {"started_at": START + HOUR},
        frozenset({"update"}),
    ),
    Fault("restriction_is_filled_once", restricted, {"ground": "accuracy"}, frozenset({"update"})),
    Fault("restriction_is_filled_once", restricted, {"started_at": None}, frozenset({"update"})),
    Fault(
        "restriction_is_filled_once",
        lambda: restricted(lifted_at=START + 2 * HOUR),
        {"lifted_at": None},
        frozenset({"update"}),
    ),
    Fault("restriction_ground_known", make.RestrictionFactory, {"ground": "because"}),
    Fault(
        "restriction_asked_or_started",
        make.RestrictionFactory,
        {"requested_at": None},
        frozenset({"insert"}),
    ),
    Fault(
        "restriction_refused_or_started",
        make.RestrictionFactory,
        {"declined_at": START, "started_at": START},
    ),
    Fault("restriction_lifted_after_start", make.RestrictionFactory, {"lifted_at": START}),
    Fault("email_change_undone_after_completed", make.EmailChangeFactory, {"undone_at": START}),
    Fault("use_counted_once", use_count, like_another(use_count, "key", "window")),
    Fault("message_once", make.NotificationFactory, like_another(make.NotificationFactory, "key")),
    Fault(
        "message_id_once",
        make.NotificationFactory,
        like_another(make.NotificationFactory, "message_id"),
    ),
    Fault("message_status_known", make.NotificationFactory, {"status": "lost"}),
    Fault("message_sent_when", make.NotificationFactory, {"status": "sent"}),
    Fault("message_priority_known", make.NotificationFactory, {"priority": 3}),
    Fault("message_failed_when", make.NotificationFactory, {"failure": "refused"}),
    Fault("message_has_a_recipient", make.NotificationFactory, {"to_email": ""}),
    Fault("message_has_a_recipient", make.NotificationFactory, {"is_to_patient": True}),
    Fault("mail_server_state_once", MailServerState.objects.create, {"id": 2}),
    Fault("mail_server_state_since", MailServerState.objects.create, {"status": "stopped"}),
    Fault("mail_server_state_since", MailServerState.objects.create, {"since": START}),
    Fault("mail_server_state_since", MailServerState.objects.create, {"status": "lost"}),
    Fault("role_once", make.StaffRoleFactory, like_another(make.StaffRoleFactory, "user", "role")),
    Fault("role_known", make.StaffRoleFactory, {"role": "king"}),
    Fault("feed_of_one", make.CalendarFeedFactory, {"therapist": None}),
    Fault("treatment_touch_known", make.TreatmentFactory, {"pressure": "hard"}),
    Fault("treatment_color_known", make.TreatmentFactory, {"color": "neon"}),
    Fault("screening_asked_known", make.ScreeningFactory, {"question_set": "never"}),
    Fault("screening_of_nobody_ends", make.ScreeningFactory, {"patient": None}),
    Fault(
        "screening_claimed_of_guest",
        make.ScreeningFactory,
        lambda _row: {"claimed_by": make.UserFactory(), "actor_type": "staff"},
    ),
    Fault("comfort_extra_sane", make.AccommodationRuleFactory, {"extra_minutes": 31}),
    Fault(
        "signature_is_append_only",
        make.ScreeningSignatureFactory,
        {"clinician": "Somebody Else"},
        frozenset({"update"}),
    ),
    Fault(
        "lift_is_append_only",
        make.MedicalClearanceFactory,
        {"given_on": FIRST},
        frozenset({"update"}),
    ),
    Fault(
        "audit_is_append_only",
        make.AuditEntryFactory,
        {"action": "wrote"},
        frozenset({"update"}),
    ),
    Fault("receipts_without_a_gap", payment, {"number": 3}, frozenset({"insert"})),
    Fault("payment_amount_signed", payment, {"amount": Decimal(0)}, frozenset({"insert"})),
    Fault("payment_amount_signed", payment, {"amount": Decimal(-5)}, frozenset({"insert"})),
    Fault("payment_method_known", payment, {"method": "beads"}, frozenset({"insert"})),
    Fault("receipts_are_append_only", payment, {"amount": Decimal(1)}, frozenset({"update"})),
    Fault(
        "event_actor_type_known", line_of_history, {"actor_type": "window"}, frozenset({"insert"})
    ),
    Fault("history_is_append_only", line_of_history, {"kind": "expired"}, frozenset({"update"})),
    Fault("history_is_append_only", line_of_history, {"at": START}, frozenset({"update"})),
    Fault("patient_erased_is_nobody", erased_patient, {"email": "ana@mail.example"}),
    Fault("patient_erased_is_nobody", erased_patient, {"phone": "312 555 0177"}),
    # Its rows last for one transaction: tests/booking/features/privacy/test_erasure.py tries them.
    Fault("erasure_permit_ends", ErasurePermit, {}, frozenset()),
]
