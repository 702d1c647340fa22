"""Refusals about the health screening."""

from django.utils.translation import gettext_lazy as _

from booking.errors.base import Refusal


class OnlineBookingClosed(Refusal):
    """No clinician has signed the health questions, so nobody can book online."""

    status = 503

    def __init__(self, phone: str = "") -> None:
        message = _(
            "You cannot book online at the moment, because a clinician must first approve the "
            "questions we ask before a massage. Please call us at %(phone)s: we will gladly book "
            "it for you."
        )
        self.message = message % {"phone": phone}
        super().__init__(self.message)


class NoSignedQuestionnaire(Refusal):
    """No clinician has signed the health questions, so staff cannot enter answers."""

    message = _("No clinician has signed the questions yet, so they cannot be asked here.")


class CannotSign(Refusal):
    """The signature lacks a detail, or its date lies in the future."""

    status = 422
    message = _("A signature needs a version, a name, a registration, and a day that has come.")


class InvalidAnswers(Refusal):
    """The submitted form has values that the page never offered."""

    status = 422
    message = _("Something in this form was not ours. Please answer the questions once more.")


class ScreeningBlocked(Refusal):
    """The health screening does not allow this booking."""


class QuestionsNotAnswered(ScreeningBlocked):
    """The health questions have not been answered yet."""

    status = 422
    message = _("Before we can book this, please answer the questions on this page.")


class GuardianMustAgree(ScreeningBlocked):
    """The patient is a minor, and the guardian has not agreed."""

    status = 422
    message = _("Before we can book this, please agree as the parent or guardian.")


class QuestionsChanged(ScreeningBlocked):
    """A new version of the questions was signed after the page was loaded."""

    message = _(
        "The questions have changed since you opened them. Please look through them once more."
    )


class AnswersUnreadable(ScreeningBlocked):
    """The answers that would decide cannot be decrypted."""

    message = _(
        "The answers to the health questions cannot be read at the moment, so they must be asked "
        "again first. Nothing has been changed."
    )


class ScreeningStop(ScreeningBlocked):
    """The outcome is STOP."""

    message = _(
        "By the answers to our questions a massage would not be safe now. Nothing has been booked."
    )


class NeedsMedicalAdvice(ScreeningBlocked):
    """The outcome is DOCTOR, without a medical clearance."""

    message = _(
        "By the answers to our questions somebody must be asked before a massage is booked: a "
        "doctor, or one of us. Nothing has been booked."
    )


class TreatmentNotSuitable(ScreeningBlocked):
    """The outcome is ADAPT, and the treatment's pressure is firmer than allowed."""

    message = _(
        "By the answers to our questions this treatment is too firm at the moment. Please choose "
        "a gentler one."
    )


class CrisisReported(Refusal):
    """Staff entered an answer that tells of an acute crisis. Nothing was stored."""

    message = _(
        "Nothing was written down. Please stay with them, say that you are glad they told you, and "
        "call for help together:"
    )


class ClearanceNotNeeded(Refusal):
    """The outcome is not DOCTOR, so a medical clearance changes nothing."""

    message = _("These answers do not need a medical clearance, so there is nothing to record.")


class AnswersChangedMeanwhile(ScreeningBlocked):
    """The same patient, or staff, answered the questions after the page was loaded."""

    message = _(
        "These questions were answered somewhere else after you opened this page. Here are "
        "the latest answers. Please read them, and answer again if they are not right."
    )


class NothingToRenew(ScreeningBlocked):
    """No answers can be renewed: all questions must be asked again."""

    message = _("Please answer all questions again this time.")


class NoAppointmentYet(ScreeningBlocked):
    """Answers belong to an appointment, and the patient has never booked one."""

    message = _("We ask these questions when you book your first appointment.")
