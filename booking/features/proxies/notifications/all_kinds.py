"""All kinds of mails of this feature."""

from booking.features.proxies.notifications import KINDS, invitations, takeovers

ALL_KINDS = (*KINDS, *invitations.KINDS, *takeovers.KINDS)
