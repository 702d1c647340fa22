"""The mail that asks a patient whether another time or therapist suits them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.errors import CannotSendAgain
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile, MoveProposal, Notification, Priority
from booking.notifications.appointment_text import appointment_details
from booking.notifications.appointment_values import (
    APPOINTMENT_PLACEHOLDERS,
    appointment_values,
    require_upcoming,
)
from booking.notifications.kinds import NotificationKind, NotificationParams, PlaceholderValues
from booking.notifications.links import absolute_url
from booking.notifications.outbox import enqueue
from booking.notifications.sample_values import sample_appointment
from booking.notifications.sanitizing import clean_line, clean_text
from booking.notifications.sending_again import event_key
from booking.queries.appointments.move_proposals import HELD_PLACE
from clinic.lib.dates import date_format
from clinic.lib.text.money import format_money

KIND = "move_proposal"


def notify_asked(proposal: MoveProposal, *, staff_message: str = "") -> None:
    """Mail the patient the proposed time, the deadline, and what happens without an answer."""
    enqueue(KIND, **_params(proposal, {"proposal": proposal.pk, "words": staff_message}))


def _params(proposal: MoveProposal, data: Mapping[str, Any]) -> NotificationParams:
    return {
        "key": f"{KIND}:{proposal.pk}",
        "to_patient": True,
        "appointment": proposal.appointment,
        "data": data,
        "give_up_at": proposal.hold.hold_expires_at,
    }


@dataclass(frozen=True, slots=True)
class ProposalText:
    """The sentences of a proposal, for the mail and for its page."""

    reason: str
    held: str
    otherwise: str


def question_text(
    appointment: Appointment,
    hold: Appointment,
    clinic: ClinicProfile,
    *,
    is_time_lost: bool,
    patient_name: str = "",
) -> ProposalText:
    """Return why the patient is asked, the deadline, and what happens without an answer.

    `patient_name` is given for somebody who acts for the patient.
    """
    names = {
        "before": clean_line(appointment.therapist.name),
        "after": clean_line(hold.therapist.name),
        "patient": patient_name or gettext("you"),
    }
    is_other_therapist = appointment.therapist_id != hold.therapist_id
    if is_time_lost and is_other_therapist:
        reason = gettext(
            "We are sorry: %(before)s cannot treat %(patient)s as booked. Would you like to see "
            "%(after)s instead?"
        )
    elif is_time_lost:
        reason = gettext(
            "We are sorry: the appointment cannot take place as booked. Would another time suit "
            "you?"
        )
    elif is_other_therapist:
        reason = gettext("May %(after)s treat %(patient)s instead of %(before)s?")
    else:
        reason = gettext("Would another time suit you?")
    until = date_format.long_datetime(hold.hold_expires_at or hold.starts_at, clinic.zone)
    held = gettext("We keep this time for you until %(until)s.") % {"until": until}
    otherwise = gettext("If we do not hear from you, the appointment stays as it is.")
    if is_time_lost:
        otherwise = gettext(
            "If we do not hear from you, we will contact you: nothing is moved or canceled "
            "without asking you. But please do not come until we have agreed on a time."
        )
    return ProposalText(reason % names, held, otherwise)


def proposal_values(notification: Notification, data: Mapping[str, Any]) -> dict[str, str]:
    """Return the values of the appointment, the proposed time, and the link to answer."""
    proposal = _get_proposal(int(data["proposal"]))
    appointment, hold, clinic = proposal.appointment, proposal.hold, ClinicProfile.objects.get()
    question = question_text(appointment, hold, clinic, is_time_lost=proposal.is_time_lost)
    return appointment_values(notification, data) | _proposal_values(
        appointment, hold, clinic, question, str(data.get("words", ""))
    )


def _proposal_values(
    appointment: Appointment,
    hold: Appointment,
    clinic: ClinicProfile,
    question: ProposalText,
    staff_message: str,
) -> dict[str, str]:
    return {
        "reason": question.reason,
        "words": clean_text(staff_message),
        "proposed": appointment_details(hold, clinic),
        "before": _booked_text(appointment, hold, clinic),
        "held": question.held,
        "otherwise": question.otherwise,
        "answer": absolute_url("appointment-proposal", appointment.link_token),
    }


def _booked_text(appointment: Appointment, hold: Appointment, clinic: ClinicProfile) -> str:
    """Return the booked time and therapist, and the price if the proposed one differs."""
    values = {
        "when": date_format.long_datetime(appointment.starts_at, clinic.zone),
        "name": clean_line(appointment.therapist.name),
        "price": format_money(appointment.price, appointment.currency),
    }
    if appointment.price == hold.price:
        return gettext("It was booked for %(when)s, with %(name)s.") % values
    return gettext("It was booked for %(when)s, with %(name)s, at %(price)s.") % values


def proposal_sample_values(clinic: ClinicProfile) -> PlaceholderValues:
    """Return the values of a proposal of a time two days later."""
    appointment, hold = sample_appointment(clinic), sample_appointment(clinic)
    hold.starts_at += timedelta(days=2)
    hold.ends_at += timedelta(days=2)
    hold.hold_expires_at = appointment.starts_at - timedelta(days=1)
    question = question_text(appointment, hold, clinic, is_time_lost=True)
    words = gettext("Your therapist is ill today.")
    return _proposal_values(appointment, hold, clinic, question, words)


def is_proposal_wanted(notification: Notification, now: datetime) -> bool:
    """Return whether the patient can still answer."""
    return _find_waiting(notification, now) is not None


def proposal_resend_params(notification: Notification, now: datetime) -> NotificationParams:
    """Return the parameters to send an open proposal again.

    Raises CannotSendAgain if the patient cannot answer any more.
    """
    require_upcoming(notification, now, Status.BOOKED)
    proposal = _find_waiting(notification, now)
    if proposal is None:
        raise CannotSendAgain(_("The question is settled, or its time has run out."))
    return _params(proposal, {"proposal": proposal.pk, "words": ""})


def _find_waiting(notification: Notification, now: datetime) -> MoveProposal | None:
    """Return the proposal of a notification if the patient can still answer it."""
    proposals = MoveProposal.objects.open().filter(appointment=notification.appointment_id)
    proposal = proposals.select_related("appointment", *HELD_PLACE).first()
    if proposal is None or _proposal_pk(notification) != proposal.pk:
        return None
    is_upcoming = proposal.appointment.status == Status.BOOKED
    return proposal if is_upcoming and proposal.is_waiting(now) else None


def _proposal_pk(notification: Notification) -> int:
    """Return the primary key of the proposal that a notification is about."""
    return int(event_key(notification.key).split(":")[1])


def _get_proposal(pk: int) -> MoveProposal:
    related = ("appointment__therapist", "appointment__option__treatment", *HELD_PLACE)
    return MoveProposal.objects.select_related(*related).get(pk=pk)


MOVE_PROPOSAL = NotificationKind(
    name=KIND,
    priority=Priority.CHANGE,
    label=_("Question about another time"),
    subject=_("Please answer: your appointment, {when}"),
    body=_(
        "Dear {patient},\n\n{reason}\n\n{words}\n\nOur proposal:\n\n{proposed}\n\n{before}\n\n"
        "{held} Please tell us whether you take it, would like another time, or cancel.\n\n"
        "{otherwise} You can also call us at {phone}."
    ),
    placeholders=APPOINTMENT_PLACEHOLDERS
    | {
        "reason": _("why the patient is asked, as a sentence"),
        "words": _("what the staff want the patient to know, if anything"),
        "proposed": _("the proposed time, treatment (neutral name), therapist and place"),
        "before": _("the booked time and therapist, as a sentence"),
        "held": _("until when the proposed time is held, as a sentence"),
        "otherwise": _("what happens if the patient does not answer"),
        "answer": _("the address of the page to answer"),
    },
    required_placeholders=frozenset({"proposed", "held", "otherwise"}),
    get_values=proposal_values,
    get_sample_values=proposal_sample_values,
    is_still_wanted=is_proposal_wanted,
    get_resend_params=proposal_resend_params,
    action=(_("Answer"), "answer"),
)
