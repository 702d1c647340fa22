"""What the privacy page says about cookies and stored data, and what tests compare with the code.

The names of cookies, the periods and the roles come from the code that uses them. What cannot come
from there is compared in tests/clinic/test_privacy_page.py: cookies with those that pages set, and
stored kinds with all models that point at patients and accounts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from booking.access.roles import ROLES_BY_ABILITY, Ability
from booking.access.signed_in_marker import COOKIE as SIGNED_IN_COOKIE
from booking.actions.health.hold_answers import DOCTOR_ANSWERS_KEPT_FOR
from booking.actions.health.submit_answers import UNBOOKED_ANSWERS_KEPT_FOR
from booking.actions.jobs.builtin_jobs import DRAFT_KEPT_FOR, STORED_MAIL_KEPT_FOR
from booking.actions.receipt_files import KEPT_FOR as RECEIPT_FILE_KEPT_FOR
from booking.actions.staff.calendar_feeds import REVOKED_FEED_KEPT_FOR
from booking.models.rate_limits import COUNTER_KEPT_FOR
from booking.models.staff import Role
from booking.queries.patients.proven_emails import PROVEN_FOR
from booking.views.public.booking.browser_cookies import (
    BROWSER_COOKIE,
    ONE_DAY_SECONDS,
    PREFERENCES_COOKIE,
)
from booking.views.public.guest_actor import PROOF_COOKIE, PROOF_COOKIE_SECONDS

Text = str | Promise
UNTIL_ERASED = _("until you are erased")
FOR_COUNTING = _("for good, without your name once you are erased")


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie that some page sets: its name, what it does, and for how long."""

    name: str
    purpose: Text
    period: Text


@dataclass(frozen=True, slots=True)
class StoredKind:
    """A kind of data: for how long, whether encrypted, who can read it, and in which models.

    `read_by` are abilities: the roles that have one can read it.
    """

    title: Text
    periods: Sequence[Text]
    models: Sequence[str]
    read_by: Sequence[str] = ()
    is_encrypted: bool = False

    @property
    def readers(self) -> list[Text]:
        """Who of the team can read it, in words."""
        roles = {role for ability in self.read_by for role in ROLES_BY_ABILITY[ability]}
        everybody = {role for role in roles if not _only_own(role, self.read_by)}
        words: list[Text] = [role.label for role in Role if role in everybody]
        if Role.THERAPIST in roles - everybody:
            words.append(_("therapists, of their own patients"))
        return words


OWN = frozenset({Ability.OWN_CONTACTS, Ability.OWN_APPOINTMENTS, Ability.READ_OWN_PATIENTS_HEALTH})
"""Abilities that are about one's own patients."""


def cookies() -> list[Cookie]:
    """Return all cookies of the public pages and of the account."""
    return [
        Cookie(
            settings.CSRF_COOKIE_NAME,
            _("Set when you open a page with a form. It stops other sites from sending forms in "
              "your name."),
            format_period(timedelta(seconds=settings.CSRF_COOKIE_AGE)),
        ),
        Cookie(
            settings.SESSION_COOKIE_NAME,
            _("Set when you sign in, and when we have something to tell you on the next page. A "
              "random key; what belongs to it stays with us, encrypted."),
            format_period(timedelta(seconds=settings.SESSION_COOKIE_AGE)),
        ),
        Cookie(
            SIGNED_IN_COOKIE,
            _("Set when you sign in, so that the page can show your name. It says nothing else."),
            _("as long as the session, or until you sign out"),
        ),
        Cookie(
            BROWSER_COOKIE,
            _("Set when you look for a time. A random key, so that we know which held times are "
              "yours. It says nothing about you."),
            format_period(timedelta(seconds=ONE_DAY_SECONDS)),
        ),
        Cookie(
            PREFERENCES_COOKIE,
            _("Set when you choose a time: the therapist and the part of the day you looked at, "
              "so that you need not choose them again."),
            _("until you close the browser"),
        ),
        Cookie(
            PROOF_COOKIE,
            _("Set when you show with a code or a link that an e-mail address is yours, so that "
              "you are not asked again. It holds a scrambled form of the address."),
            format_period(timedelta(seconds=PROOF_COOKIE_SECONDS)),
        ),
    ]  # fmt: skip


def stored_kinds() -> list[StoredKind]:
    """Return everything that is stored about people, as the privacy page lists it."""
    return [*_of_visits(), *_of_accounts(), *_of_everybody()]


def _of_visits() -> list[StoredKind]:
    contacts = (Ability.ALL_CONTACTS, Ability.OWN_CONTACTS)
    return [
        StoredKind(
            _("Name, e-mail address, phone number, emergency contact and preferences"),
            [UNTIL_ERASED], ["booking.Patient"], contacts,
        ),
        StoredKind(
            _("Appointments: treatment, time, therapist, room, price, and what happened to them"),
            [FOR_COUNTING],
            ["booking.Appointment", "booking.AppointmentEvent", "booking.MoveProposal"],
            (Ability.ALL_APPOINTMENTS, Ability.OWN_APPOINTMENTS),
        ),
        StoredKind(
            _("What you type before you book"), [format_period(DRAFT_KEPT_FOR)],
            ["booking.Appointment"], is_encrypted=True,
        ),
        StoredKind(
            _("Health answers, and what a doctor agreed to"),
            [
                UNTIL_ERASED,
                _("if you do not book: %(hours)s, or %(days)s if we asked you to see a doctor")
                % {
                    "hours": format_period(UNBOOKED_ANSWERS_KEPT_FOR),
                    "days": format_period(DOCTOR_ANSWERS_KEPT_FOR),
                },
            ],
            ["booking.Screening", "booking.MedicalClearance", "booking.CallbackRequest"],
            (Ability.READ_OWN_PATIENTS_HEALTH,), is_encrypted=True,
        ),
        StoredKind(
            _("Mails: to whom, when and of which kind. The text goes once a mail is sent"),
            [UNTIL_ERASED, _("a text that was not sent: %(days)s")
             % {"days": format_period(STORED_MAIL_KEPT_FOR)}],
            ["booking.Notification"],
            (Ability.ALL_APPOINTMENTS, Ability.OWN_APPOINTMENTS),
        ),
        *_of_money(),
    ]  # fmt: skip


def _of_money() -> list[StoredKind]:
    return [
        StoredKind(
            _("Payments, with the number of the receipt"),
            [FOR_COUNTING, _("a file of a receipt: %(day)s")
             % {"day": format_period(RECEIPT_FILE_KEPT_FOR)}],
            ["booking.Payment", "booking.ReceiptFile"],
            (Ability.ALL_APPOINTMENTS, Ability.OWN_APPOINTMENTS),
        ),
        StoredKind(
            _("What was charged and paid, for the clinic's accounts"), [FOR_COUNTING],
            ["booking_money.LedgerEntry", "booking_money.LedgerLine"],
            (Ability.ALL_APPOINTMENTS, Ability.OWN_APPOINTMENTS),
        ),
        StoredKind(
            _("Why something was charged or paid otherwise than usual"), [UNTIL_ERASED],
            ["booking_money.LedgerReason"],
            (Ability.ALL_APPOINTMENTS, Ability.OWN_APPOINTMENTS), is_encrypted=True,
        ),
    ]  # fmt: skip


def _of_accounts() -> list[StoredKind]:
    contacts = (Ability.ALL_CONTACTS, Ability.OWN_CONTACTS)
    return [
        StoredKind(
            _("Your account: address, passkeys, devices, changes of the address"), [UNTIL_ERASED],
            ["booking.User", "booking.UserSession", "booking.EmailChange",
             "account.EmailAddress", "account.EmailConfirmation", "mfa.Authenticator"],
            (Ability.STAFF,),
        ),
        StoredKind(
            _("What you chose and agreed to, your favorites, requests to erase or to restrict, "
              "records put together"),
            [UNTIL_ERASED],
            ["booking.PatientChoice", "booking.Favorite", "booking.ErasureRequest",
             "booking.Restriction", "booking.PatientMerge"],
            contacts,
        ),
        StoredKind(
            _("Private calendar addresses"),
            [
                _("until you end them, and %(days)s more")
                % {"days": format_period(REVOKED_FEED_KEPT_FOR)}
            ],
            ["booking.CalendarFeed"],
        ),
        StoredKind(
            _("Who acts for whom, dates of birth of children, what guardians agreed to"),
            [UNTIL_ERASED],
            ["booking_proxies.Proxy", "booking_proxies.ProxyEnd", "booking_proxies.ProxyReview",
             "booking_proxies.ProxyRequest", "booking_proxies.ProxyInvitation",
             "booking_proxies.RecordTakeover",
             "booking_proxies.DateOfBirth",
             "booking_proxies.GuardianConsent", "booking_proxies.HiddenAppointment"],
            contacts,
        ),
    ]  # fmt: skip


def _of_everybody() -> list[StoredKind]:
    return [
        StoredKind(
            _("Who of the team read or changed what, and when you signed in"),
            [_("the years that the clinic has set, at least one")],
            ["booking.AuditEntry"], (Ability.STAFF,),
        ),
        StoredKind(
            _("Scrambled forms of network and e-mail addresses, against misuse"),
            [_("%(days)s; that an address was proven: %(year)s")
             % {"days": format_period(COUNTER_KEPT_FOR), "year": format_period(PROVEN_FOR)}],
            ["booking.BookingOrigin", "booking.ProvenEmail", "booking.RateLimitCounter"],
        ),
        StoredKind(
            _("Comments on articles, with your name and address"),
            [_("until you ask us to erase them")],
            ["articles.Comment"], (Ability.ARTICLES,), is_encrypted=True,
        ),
        StoredKind(
            _("Of people who were erased: what a law makes us keep"),
            [_("as long as the law says, see below")],
            ["booking_privacy.SealedRecord"], (Ability.STAFF,), is_encrypted=True,
        ),
    ]  # fmt: skip


def format_period(span: timedelta) -> str:
    """Return a period in words, such as "24 hours", "14 days" or "1 year"."""
    hours, days = int(span.total_seconds() // 3600), span.days
    if days <= 1:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    if days >= 364:
        years = (days + 1) // 365
        return ngettext("%(count)d year", "%(count)d years", years) % {"count": years}
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


def _only_own(role: Role, abilities: Sequence[str]) -> bool:
    """Whether a role has only those of the abilities that are about one's own patients."""
    held = {ability for ability in abilities if role in ROLES_BY_ABILITY[ability]}
    return bool(held) and held <= OWN
