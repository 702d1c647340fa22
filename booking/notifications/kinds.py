"""Notification kinds and their registry.

A kind holds the words of a mail and the functions that fill them in. Each app registers its own
kinds when it is ready (see `booking/notifications/builtin_kinds.py`); the outbox knows none by
name.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, NotRequired, TypedDict

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.models import Appointment, ClinicProfile, Notification, Priority

StrOrPromise = str | Promise
PlaceholderValues = Mapping[str, str]
SENT_ONCE = _("A mail of this kind is sent only once.")


class NotificationParams(TypedDict):
    """The arguments of `outbox.build` and `outbox.enqueue` beside the kind's name.

    The mail goes to the address `to`, or with `to_patient` to the patient of `appointment`, at the
    address that is on their record when it is sent.

    `key` is unique: it names the event and the kind, so that each event is notified once. `data` is
    stored encrypted and must hold nothing about health. `due_at` is now by default; after
    `give_up_at`, by default `due_at` plus the kind's `give_up_after`, it is not sent any more.
    `by_visitor` says that a visitor of the public pages caused it: then the mailbox's budget can
    delay it (see `mail_budget`).
    """

    key: str
    to: NotRequired[str]
    to_patient: NotRequired[bool]
    to_name: NotRequired[str]
    by_visitor: NotRequired[bool]
    appointment: NotRequired[Appointment | None]
    data: NotRequired[Mapping[str, Any] | None]
    due_at: NotRequired[datetime | None]
    give_up_at: NotRequired[datetime | None]


@dataclass(frozen=True)
class Attachment:
    """A file attached to a mail, such as a calendar file."""

    name: str
    content_type: str
    content: bytes
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RenderedMail:
    """A mail ready to send. `headers` come on top of To, From, Subject, Date and Message-ID."""

    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)
    attachments: Sequence[Attachment] = ()


def always_wanted(_notification: Notification, _now: datetime) -> bool:
    """Return True: the notification is sent whenever it is due."""
    return True


def no_attachments(_notification: Notification) -> list[Attachment]:
    """Return no attachments."""
    return []


def no_sample_values(_clinic: ClinicProfile) -> PlaceholderValues:
    """Return no values beyond the common sample values."""
    return {}


class WhenOverBudget(Enum):
    """What happens to a visitor's mail if the budget of its mailbox is used up."""

    WAIT = "it is sent when the hour is over, unless there is a newer one by then"
    DROP = "it is not sent, because it would be of no use later"


@dataclass(frozen=True)
class NotificationKind:
    """One kind of notification: its words, and how they are filled in.

    Attributes:
        name: Stored in the database with every notification; never change it.
        label: Name of the kind on the pages of the desk and the back office.
        subject, body: Default words with placeholders such as {patient}, which are replaced once
            and never evaluated. Empty paragraphs of the body are left out.
        placeholders: Placeholder name -> its description, for those that the words may use.
        get_values: Return the placeholders' values; called when the mail is rendered, with the
            notification and its `data`.
        get_sample_values: Return sample values for placeholders that have no common sample value
            (see `sample_values.py`), or need a special one.
        required_placeholders: Placeholders that the owner's words must contain.
        is_still_wanted: Called when the notification is due; if False, nothing is sent.
        get_resend_params: Return the arguments that queue an earlier notification again with
            current content; the key only names the event. Raises CannotSendAgain if the mail
            would be wrong now. None if such mails are never sent again.
        resend_refusal: Why they are never sent again, as a sentence.
        get_attachments: Return the files to attach.
        action: Label and address placeholder of the button in the HTML part.
        secondary_action: The same for a plain link beside the button.
        is_editable: Whether the owner may change subject and body.
        has_sign_off: Whether the mail ends with the clinic's regards and address.
        priority: Which notifications go first when many are due.
        give_up_after: How long it is tried after it was due, unless it is queued with an end.
        over_budget: What becomes of a mail that visitors caused, beyond the mailbox's budget.
        is_secret: Whether the mail opens an account or health answers; its text is then hidden on
            the desk, except in the demo.
        get_unsubscribe_link: Return the link that stops such mails. Only for mails that the
            appointment itself does not need.
    """

    name: str
    label: StrOrPromise
    subject: StrOrPromise
    body: StrOrPromise
    placeholders: Mapping[str, StrOrPromise]
    get_values: Callable[[Notification, Mapping[str, Any]], PlaceholderValues]
    get_sample_values: Callable[[ClinicProfile], PlaceholderValues] = no_sample_values
    required_placeholders: frozenset[str] = frozenset()
    is_still_wanted: Callable[[Notification, datetime], bool] = always_wanted
    get_resend_params: Callable[[Notification, datetime], NotificationParams] | None = None
    resend_refusal: StrOrPromise = SENT_ONCE
    get_attachments: Callable[[Notification], list[Attachment]] = no_attachments
    action: tuple[StrOrPromise, str] | None = None
    secondary_action: tuple[StrOrPromise, str] | None = None
    is_editable: bool = True
    has_sign_off: bool = True
    priority: Priority = Priority.OTHER
    give_up_after: timedelta = timedelta(days=7)
    over_budget: WhenOverBudget = WhenOverBudget.WAIT
    is_secret: bool = False
    get_unsubscribe_link: Callable[[Notification], str] | None = None


_kinds: dict[str, NotificationKind] = {}


def register_kind(kind: NotificationKind) -> NotificationKind:
    """Register a kind and return it. Raises ValueError if its name is taken."""
    if _kinds.setdefault(kind.name, kind) is not kind:
        raise ValueError(f"There is a notification kind called {kind.name} already.")
    return kind


def get_kind(name: str) -> NotificationKind | None:
    """Return the kind with this name, or None if no installed app has registered it."""
    return _kinds.get(name)


def all_kinds() -> Iterator[NotificationKind]:
    """Iterate over the registered kinds, in the order of registration."""
    return iter(_kinds.values())
