"""Mails about invitations to act for a patient."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from booking.features.proxies.models import Proxy, ProxyInvitation
from booking.features.proxies.notifications import (
    COMMON_PLACEHOLDERS,
    NAME,
    clinic_values,
    family_sample_values,
    is_grant_live,
    read_data,
)
from booking.features.proxies.queries.invitations import open_invitations
from booking.models import ClinicProfile, Notification, Priority
from booking.notifications.kinds import NotificationKind, PlaceholderValues
from booking.notifications.outbox import enqueue
from booking.notifications.sample_values import SAMPLE_PATIENT
from booking.notifications.sanitizing import abbreviated_name, greeting_name


def notify_invited(invitation: ProxyInvitation, token: str) -> None:
    """Queue the mail with which a patient invites somebody. Its link only leads to a sign-in."""
    path = reverse("me-family-invited", args=[token])
    enqueue(
        INVITED.name,
        key=f"{INVITED.name}:{invitation.public_id}",
        to=invitation.email,
        data={"invitation": invitation.pk, "link": f"{settings.BASE_URL}{path}"},
        give_up_at=invitation.closes_at,
        by_visitor=True,
    )


def invited_values(_notification: Notification, data: Mapping[str, Any]) -> PlaceholderValues:
    """Return the placeholders of an invitation. They do not depend on who reads the mail."""
    row = ProxyInvitation.objects.select_related("patient").get(pk=data["invitation"])
    values = clinic_values(ClinicProfile.objects.get())
    return values | {"patient": abbreviated_name(row.patient.name), "link": str(data["link"])}


def is_invitation_open(notification: Notification, now: datetime) -> bool:
    """Return whether the invitation can still be answered."""
    pk = read_data(notification).get("invitation") or 0
    return open_invitations(now).filter(pk=pk).exists()


def notify_accepted(grant: Proxy) -> None:
    """Queue a mail that tells a patient that somebody can act for them now."""
    enqueue(
        ACCEPTED.name,
        key=f"{ACCEPTED.name}:{grant.public_id}",
        to=grant.granted_by.email,
        to_name=grant.patient.name,
        data={"grant": grant.pk},
    )


def accepted_values(notification: Notification, data: Mapping[str, Any]) -> PlaceholderValues:
    """Return the placeholders of the mail to the patient."""
    grant = Proxy.objects.select_related("actor").get(pk=data["grant"])
    return clinic_values(ClinicProfile.objects.get()) | {
        "name": greeting_name(notification.to_name),
        "helper": greeting_name(grant.actor.name),
    }


def invitation_sample_values(clinic: ClinicProfile) -> PlaceholderValues:
    """Return sample values of mails about invitations."""
    return {**family_sample_values(clinic), "helper": SAMPLE_PATIENT}


INVITED = NotificationKind(
    name="proxy_invitation",
    priority=Priority.LINK,
    label=_("A patient invites somebody to act for them"),
    subject=_("{patient} would like your help with appointments"),
    body=_(
        "Hello,\n\n{patient} would like you to help with appointments at {clinic}.\n\n"
        "If you know them and would like to, open the link and sign in with the address to which "
        "this mail was sent. We mail you a code; you need no password. You then read what you "
        "could do, and say yes or no.\n\n"
        "If you do not know them, or do not want it, you need do nothing."
    ),
    placeholders={
        **COMMON_PLACEHOLDERS,
        "patient": _("first name and initial of the patient"),
        "link": _("the address of the page on which to answer"),
    },
    required_placeholders=frozenset({"patient"}),
    get_values=invited_values,
    get_sample_values=invitation_sample_values,
    is_still_wanted=is_invitation_open,
    action=(_("Sign in to answer"), "link"),
)
ACCEPTED = NotificationKind(
    name="proxy_accepted",
    label=_("Somebody accepted a patient's invitation"),
    subject=_("Your invitation was accepted"),
    body=_(
        "Dear {name},\n\n{helper} has accepted, and can now act for you at {clinic}. You can "
        "change or end it at any time."
    ),
    placeholders={
        **COMMON_PLACEHOLDERS,
        **NAME,
        "helper": _("the name of the person who accepted"),
    },
    get_values=accepted_values,
    get_sample_values=invitation_sample_values,
    is_still_wanted=is_grant_live,
    action=(_("See who can act for you"), "link"),
)
KINDS = (INVITED, ACCEPTED)
