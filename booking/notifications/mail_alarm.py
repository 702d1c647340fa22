"""What to tell people when the mail server takes no mails, and what they can do about it.

Shown to owner and front desk on every page of the desk, by `manage.py doctor`, by the set-up guide,
and, without details, by /readyz.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.models import MailServerState, Notification
from booking.notifications.smtp import NOT_OFFERED
from booking.notifications.smtp_replies import Meaning, Reply, Stage

Status = MailServerState.Status
QUIET_FOR = timedelta(minutes=5)
"""How long a server may be away before anybody is told: it is restarted now and then."""

REFUSALS: Mapping[Stage, tuple[str | Promise, str | Promise]] = {
    Stage.CONNECT: (
        _("The mail server does not talk to us."),
        _(
            "Ask whoever runs the mail server why it refuses this machine; its address may be "
            "blocked. Compare host and port of EMAIL_URL with what they gave you."
        ),
    ),
    Stage.AUTH: (
        _("The mail server does not accept our sign-in."),
        _("Check user name and password in EMAIL_URL; then restart the message worker."),
    ),
    Stage.MAIL: (
        _("The mail server does not accept our sender address."),
        _(
            "Ask whoever runs the mail server which address this account may send from. Set "
            "DEFAULT_FROM_EMAIL to it, and BOUNCE_ADDRESS if you use one; then restart the "
            "message worker."
        ),
    ),
    Stage.RCPT: (
        _("The mail server does not let us send to our patients."),
        _(
            "Ask whoever runs the mail server to allow this account to send mails to other "
            "domains, from the address in DEFAULT_FROM_EMAIL."
        ),
    ),
    Stage.DATA: (
        _("The mail server does not accept the content of our mails."),
        _(
            "Ask whoever runs the mail server what it objects to. Check the wording of your "
            "mails, and the SPF and DKIM records of your domain."
        ),
    ),
}
"""What a refusal at a stage means, and what to do. DATA stands for CONTENT too."""
AWAY = (
    _("The mail server cannot be reached, or takes no mails now."),
    _(
        "Wait if it is being maintained. Otherwise ask whoever runs it, and check host and port "
        "in EMAIL_URL."
    ),
)
NOT_OFFERED_ADVICE = (
    _("The mail server does not offer the sign-in or the encryption that EMAIL_URL asks for."),
    _("Check scheme, port, user name and password in EMAIL_URL; then restart the message worker."),
)


@dataclass(frozen=True, slots=True)
class MailAlarm:
    """Why no mails are sent.

    `meaning` and `advice` are sentences. `reply` is what the server said, with its codes; addresses
    other than our own are left out. `waiting` is the number of mails that are due.
    """

    status: Status
    since: datetime
    meaning: str | Promise
    advice: str | Promise
    reply: str
    waiting: int
    next_try_at: datetime


def load_mail_alarm(now: datetime) -> MailAlarm | None:
    """Return the alarm, or None while mails are sent. One query, or two if there is an alarm."""
    state = _failing_state(now)
    if state is None or state.since is None or state.next_probe_at is None:
        return None
    meaning, advice = _sentences(state)
    due = Notification.objects.waiting().filter(next_try_at__lte=now)
    failed = Notification.objects.waiting().filter(failure__in=[*SERVER_FAILURES])
    return MailAlarm(
        status=Status(state.status),
        since=state.since,
        meaning=meaning,
        advice=advice,
        reply=" ".join(filter(None, [str(state.code or ""), state.reply])),
        waiting=(due | failed).count(),
        next_try_at=max(state.next_probe_at, now),
    )


SERVER_FAILURES = (
    Meaning.SENDER_REFUSED,
    Meaning.MESSAGE_REFUSED,
    Meaning.UNEXPLAINED,
    Meaning.SERVER_UNAVAILABLE,
    Meaning.NO_ANSWER,
)


def mail_problem(now: datetime) -> str:
    """Return a sentence about the mail server, without what it said; blank while mails go."""
    state = _failing_state(now)
    if state is None:
        return ""
    if state.status == Status.STOPPED:
        return "The mail server refuses our mails."
    return "The mail server has been away for more than five minutes."


def _failing_state(now: datetime) -> MailServerState | None:
    """Return the state of a mail server that refuses us, or has been away for minutes."""
    if not settings.EMAIL_URL:
        return None
    state = MailServerState.objects.exclude(status=Status.OK).first()
    if state is None or state.since is None:
        return None
    is_quiet = state.status == Status.UNAVAILABLE and now - state.since < QUIET_FOR
    return None if is_quiet else state


def _sentences(state: MailServerState) -> tuple[str | Promise, str | Promise]:
    if state.status == Status.UNAVAILABLE:
        return AWAY
    stage = Stage(state.stage)
    reply = Reply(stage, state.code, state.reply)
    if stage == Stage.AUTH and state.code == NOT_OFFERED:
        return NOT_OFFERED_ADVICE
    is_sign_in = state.code in (530, 534, 535, 538) or reply.enhanced in (
        (5, 7, 8),
        (5, 7, 9),
        (5, 7, 11),
    )
    if is_sign_in:
        return REFUSALS[Stage.AUTH]
    is_sender = reply.enhanced is not None and reply.enhanced[1:] in ((1, 7), (1, 8))
    if is_sender or "sender" in state.reply.lower():
        return REFUSALS[Stage.MAIL]
    return REFUSALS[min(stage, Stage.DATA)]
