"""Refusals about grants and proxies."""

from django.utils.translation import gettext_lazy as _

from booking.errors import Refusal

UNPROCESSABLE = 422


class CannotActForOneself(Refusal):
    """The proxy and the patient are the same person."""

    status = UNPROCESSABLE
    message = _("That is your own record. You can book for yourself in your own account.")


class NothingGranted(Refusal):
    """A grant would contain no permission."""

    status = UNPROCESSABLE
    message = _("Please choose at least one thing that they may do, or say no.")


class GrantToOneself(Refusal):
    """A member of staff decides about their own grant."""

    status = 403
    message = _("This is about your own access. Please ask a colleague to decide.")


class HealthNotForDesk(Refusal):
    """Staff who do not treat the patient were to let somebody see health answers, or for longer."""

    status = 403
    message = _(
        "Only the patient, or a therapist who treats them, can let somebody see health answers. "
        "Please leave that out."
    )


class EndsInThePast(Refusal):
    """The last day of a grant is in the past."""

    status = UNPROCESSABLE
    message = _("The last day is in the past. Please choose today or a later day.")


class OldEnoughToAgree(Refusal):
    """A child has reached the second age of review, and must agree themselves."""

    status = UNPROCESSABLE
    message = _(
        "At this age they must agree themselves. Please go back, choose “Add an adult”, and give "
        "their own e-mail address."
    )


class BornInTheFuture(Refusal):
    """A date of birth is in the future, or more than 130 years ago."""

    status = UNPROCESSABLE
    message = _("Please check the date of birth. It cannot be in the future.")


class TooManyPeople(Refusal):
    """The user has added as many people as can be added online."""

    message = _("You have added as many people as you can online. Please call us to add more.")


class RequestNotOpen(Refusal):
    """A request was answered or withdrawn, or it has expired."""

    status = 410
    message = _("This request is no longer open. Nothing was changed.")


class InvitationNotOpen(Refusal):
    """An invitation was answered or withdrawn, it has expired, or it is for another address."""

    status = 410
    message = _("This invitation is no longer open. Nothing was changed.")


class AlreadyActs(Refusal):
    """Who accepts an invitation is the patient's parent, or appointed by a court."""

    message = _("You act for them already, as a parent or by a court. Nothing was changed.")


class TooYoungToTakeOver(Refusal):
    """Somebody asks for their record before the second age of review."""

    status = UNPROCESSABLE
    message = _(
        "You can do this when you are a little older. Until then, please come with whoever books "
        "for you. If that is difficult, call us: we listen."
    )


class TakeoverNotOpen(Refusal):
    """A request to take over a record was decided or withdrawn, or it has expired."""

    status = 410
    message = _("This request is no longer open. Nothing was changed.")


class NoSuchRecord(Refusal):
    """The record to hand over has an account, was merged, or has another date of birth."""

    status = UNPROCESSABLE
    message = _("This record cannot be handed over any more. Please look at the list again.")


class ReasonMissing(Refusal):
    """Staff decide without saying how they made sure who it is."""

    status = UNPROCESSABLE
    message = _("Please write how you made sure who they are.")


class GrantNotActive(Refusal):
    """A grant has ended, or the user has nothing to do with it."""

    status = 410
    message = _("This is no longer active. Nothing was changed.")


class NoSuchAccount(Refusal):
    """Nobody has signed in with the address that staff entered."""

    status = UNPROCESSABLE
    message = _(
        "Nobody has signed in with this address yet. Please ask them to sign in once, then try "
        "again."
    )


class ReviewDone(Refusal):
    """Another member of staff has decided on the review."""

    message = _("A colleague has decided on this already.")
