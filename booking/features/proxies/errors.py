"""Refusals about people who act for others."""

from django.utils.translation import gettext_lazy as _

from booking.errors import Refusal

UNPROCESSABLE = 422


class CannotActForOneself(Refusal):
    """Somebody was to act for their own record."""

    status = UNPROCESSABLE
    message = _("That is your own record. You can book for yourself in your own account.")


class NothingGranted(Refusal):
    """A grant without any permission."""

    status = UNPROCESSABLE
    message = _("Please choose at least one thing that they may do, or say no.")


class GrantToOneself(Refusal):
    """A member of staff was to decide about what they may do themselves."""

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
    """The last day of a grant is over."""

    status = UNPROCESSABLE
    message = _("The last day is in the past. Please choose today or a later day.")


class OldEnoughToAgree(Refusal):
    """A child is so old that they must agree themselves."""

    status = UNPROCESSABLE
    message = _(
        "At this age they must agree themselves. Please go back, choose “Add an adult”, and give "
        "their own e-mail address."
    )


class BornInTheFuture(Refusal):
    """A date of birth that cannot be."""

    status = UNPROCESSABLE
    message = _("Please check the date of birth. It cannot be in the future.")


class TooManyPeople(Refusal):
    """Somebody has added as many people as one may without asking the clinic."""

    message = _("You have added as many people as you can online. Please call us to add more.")


class RequestNotOpen(Refusal):
    """A request was answered, withdrawn or has run out."""

    status = 410
    message = _("This request is no longer open. Nothing was changed.")


class GrantNotActive(Refusal):
    """A grant has ended, or is not one of the person's."""

    status = 410
    message = _("This is no longer active. Nothing was changed.")


class NoSuchAccount(Refusal):
    """No account has the address that staff gave."""

    status = UNPROCESSABLE
    message = _(
        "Nobody has signed in with this address yet. Please ask them to sign in once, then try "
        "again."
    )


class ReviewDone(Refusal):
    """Somebody else has decided on the review."""

    message = _("A colleague has decided on this already.")
