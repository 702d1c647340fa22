"""Refusals about staff accounts and invitations."""

from django.utils.translation import gettext_lazy as _

from booking.errors.base import Refusal


class CannotDeactivateSelf(Refusal):
    """An owner cannot deactivate their own account."""

    message = _("You cannot deactivate yourself. Please ask another owner.")


class RoleRequired(Refusal):
    """A member of staff has at least one role."""

    status = 422
    message = _("Please leave at least one role. To end somebody's access, deactivate them.")


class OwnerRequired(Refusal):
    """The user was deactivated or lost the owner role a moment ago."""

    status = 403
    message = _("Only an owner can do this.")


class LastOwner(Refusal):
    """The clinic would be left without an owner."""

    message = _("This is the last owner. Please make somebody else an owner first.")


class InvalidInvitation(Refusal):
    """The invitation is expired, used, revoked or unknown; the message does not say which."""

    status = 410
    message = _("This invitation is not valid any more. Please ask the clinic for a new one.")


class ProfileTaken(Refusal):
    """The chosen profile was connected with another person a moment ago."""

    message = _("Somebody else signs in with this profile. Please choose another one.")
