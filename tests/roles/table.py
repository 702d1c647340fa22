"""The table of roles: every address, who gets in, and with which numbers in the address.

A new address gets a line in ROWS: who gets in (one of the groups below), and, if the address
has parts, one that the person may use (`own`) and one that they may not (`foreign`).
tests/roles/test_roles.py walks it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from tests.roles import articles
from tests.roles.articles import EDITORS
from tests.roles.world import World

Parts = Callable[[World], dict[str, Any]]
Who = Mapping[str, str]

PEOPLE = (
    "anyone", "patient", "therapist", "front desk", "editor", "owner", "superuser", "deactivated",
)  # fmt: skip
SIGNED_OUT = {"anyone": "sign in", "deactivated": "sign in"}

ALL: Who = {}
"""Everybody gets in. Elsewhere only exceptions are named, by what happens to them instead."""
SIGNED_IN: Who = SIGNED_OUT
DESK: Who = {**SIGNED_OUT, "patient": "refused", "editor": "refused"}
BACK_OFFICE: Who = {
    **SIGNED_OUT, "patient": "refused", "therapist": "to the desk", "front desk": "to the desk",
}  # fmt: skip
OWNERS_OFFICE: Who = {**BACK_OFFICE, "editor": "refused"}
NOBODY_ELSE: Who = dict.fromkeys(PEOPLE, "not found")
"""Only the person whom it is about, who is none of those who try."""
THERAPISTS: Who = {**DESK, **dict.fromkeys(("front desk", "owner", "superuser"), "not found")}
OWNERS: Who = {**DESK, "therapist": "refused", "front desk": "refused"}
WITH_PASSWORD: Who = {**SIGNED_OUT, "patient": "not found"}


@dataclass(frozen=True)
class Row:
    """Who gets in, by what name the address goes, and what stands in its parts."""

    who: Who
    name: str
    own: Parts | None = None
    foreign: Parts | None = None

    def outcome(self, person: str, *, foreign: bool = False) -> str:
        """in, not found, refused, or sign in."""
        usual = self.who.get(person, "in")
        return "not found" if foreign and usual == "in" else usual

    def address(self, world: World, *, foreign: bool = False) -> str:
        parts = self.foreign if foreign else self.own
        return reverse(self.name, kwargs=parts(world) if parts else {})


def no_such_token(_world: World) -> dict[str, Any]:
    return {"token": "A" * 48}


def _open(name: str, **parts: Parts) -> Row:
    return Row(ALL, name, **parts)


def _hold(name: str) -> Row:
    return Row(ALL, name, own=lambda w: {"token": w.hold.hold_token}, foreign=no_such_token)


def _appointment(name: str) -> Row:
    return Row(ALL, name, own=lambda w: {"token": w.appointment.link_token}, foreign=no_such_token)


def _article(name: str) -> Row:
    return Row(
        ALL, name, own=lambda w: {"slug": w.article}, foreign=lambda _: {"slug": "no-such-article"}
    )


def _passkey(name: str) -> Row:
    return Row(
        SIGNED_IN,
        name,
        own=lambda w: {"pk": w.passkeys[w.person]},
        foreign=lambda w: {"pk": w.stranger_passkey},
    )


def _of_desk(name: str) -> Row:
    """Of an appointment. To a therapist, a colleague's is as foreign as one that is not there."""
    return Row(
        DESK,
        name,
        own=lambda w: {"public_id": w.appointment.public_id},
        foreign=lambda w: {"public_id": w.colleagues.public_id if w.is_therapist else w.nothing},
    )


def _receipt(name: str) -> Row:
    return Row(
        DESK,
        name,
        own=lambda w: {"number": w.receipt.number},
        foreign=lambda w: {"number": w.colleagues_receipt.number if w.is_therapist else 404},
    )


def _schedule(name: str) -> Row:
    """A therapist's: the own one, or a colleague's; for the others one of nobody's."""
    return Row(
        DESK,
        name,
        own=lambda w: {"slug": w.appointment.therapist.slug},
        foreign=lambda w: {
            "slug": w.scene.therapists[1].slug if w.person == "therapist" else "nobody"
        },
    )


ROWS: Mapping[str, Row] = {
    "": _open("home"),
    "about/": _open("about"),
    "contact/": _open("contact"),
    "privacy/": _open("privacy"),
    "accessibility/": _open("accessibility"),
    "sitemap.xml": _open("sitemap"),
    "robots.txt": _open("robots"),
    ".well-known/security.txt": _open("security-txt"),
    "favicon.ico": _open("favicon"),
    "healthz": _open("healthz"),
    "readyz": _open("readyz"),
    "treatments/": _open("treatments"),
    "treatments/<slug:slug>/": _open(
        "treatment", own=lambda _: {"slug": "swedish"}, foreign=lambda _: {"slug": "none"}
    ),
    "therapists/": _open("therapists"),
    "therapists/<slug:slug>/": _open(
        "therapist",
        own=lambda w: {"slug": w.appointment.therapist.slug},
        foreign=lambda _: {"slug": "none"},
    ),
    "book/": _open("book"),
    "book/<slug:slug>/": _open(
        "choose", own=lambda _: {"slug": "swedish"}, foreign=lambda _: {"slug": "none"}
    ),
    "articles/": _open("articles"),
    "articles/topics/<slug:slug>/": _open(
        "article-topic", own=lambda w: {"slug": w.topic}, foreign=lambda _: {"slug": "none"}
    ),
    "articles/feed/": _open("article-feed"),
    "articles/glossary/": _open("glossary"),
    "articles/evidence-policy/": _open("evidence-policy"),
    "articles/comment-policy/": _open("comment-policy"),
    "articles/<slug:slug>/": _article("article"),
    "articles/<slug:slug>/comment/": _article("article-comment"),
    "articles/<slug:slug>/comment/sent/": _article("article-comment-sent"),
    "articles/<slug:slug>/helpful/": _article("article-helpful"),
    "articles/<slug:slug>/helpful/thanks/": _article("article-helpful-thanks"),
    "contact/message/": _open("contact-message"),
    "contact/message/sent/": _open("contact-sent"),
    "appointments/lost-link/": _open("lost-link"),
    "appointments/lost-link/sent/": _open("lost-link-sent"),
    "api/slots": _open("api-slots"),
    "book/hold/<str:token>/": _hold("hold"),
    "book/hold/<str:token>/review/": _hold("hold-review"),
    "book/hold/<str:token>/extend/": _hold("hold-extend"),
    "book/hold/<str:token>/again/": _hold("hold-retake"),
    "book/hold/<str:token>/release/": _hold("hold-release"),
    "book/hold/<str:token>/prove/": _hold("hold-verify-email"),
    "book/prove/<str:token>/": Row(
        ALL, "verify-email", own=lambda w: {"token": w.proof_token}, foreign=no_such_token
    ),
    "mail/stop/<str:token>/": Row(
        ALL, "unsubscribe", own=lambda w: {"token": w.stop_token}, foreign=no_such_token
    ),
    "appointments/<str:token>/": _appointment("appointment"),
    "appointments/<str:token>/feed/": Row(
        NOBODY_ELSE,
        "appointment-feed",
        own=lambda w: {"token": w.appointment.link_token},
        foreign=no_such_token,
    ),
    "appointments/<str:token>/appointment.ics": _appointment("appointment-calendar"),
    "appointments/<str:token>/reschedule/": _appointment("appointment-reschedule"),
    "appointments/<str:token>/cancel/": _appointment("appointment-cancel"),
    "appointments/<str:token>/undo/": _appointment("appointment-restore"),
    "appointments/<str:token>/confirm/": _appointment("appointment-confirm"),
    "feeds/<str:token>.ics": _open(
        "calendar-feed", own=lambda w: {"token": w.feed_token}, foreign=no_such_token
    ),
    "accounts/login/": _open("account_login"),
    "accounts/logout/": _open("account_logout"),
    "accounts/inactive/": _open("account_inactive"),
    "accounts/login/code/": _open("account_request_login_code"),
    "accounts/login/code/confirm/": _open("account_confirm_login_code"),
    "accounts/invitation/<str:token>/": Row(
        ALL, "invitation", own=lambda w: {"token": w.invitation_token}, foreign=no_such_token
    ),
    "accounts/2fa/authenticate/": _open("mfa_authenticate"),
    "accounts/2fa/webauthn/login/": _open("mfa_login_webauthn"),
    "accounts/reauthenticate/": Row(SIGNED_IN, "account_reauthenticate"),
    "accounts/password/": Row(WITH_PASSWORD, "account_change_password"),
    "accounts/2fa/": Row(SIGNED_IN, "mfa_index"),
    "accounts/2fa/reauthenticate/": Row(SIGNED_IN, "mfa_reauthenticate"),
    "accounts/2fa/totp/activate/": Row(SIGNED_IN, "mfa_activate_totp"),
    "accounts/2fa/totp/deactivate/": Row(SIGNED_IN, "mfa_deactivate_totp"),
    "accounts/2fa/recovery-codes/": Row(SIGNED_IN, "mfa_view_recovery_codes"),
    "accounts/2fa/recovery-codes/generate/": Row(SIGNED_IN, "mfa_generate_recovery_codes"),
    "accounts/2fa/webauthn/": Row(SIGNED_IN, "mfa_list_webauthn"),
    "accounts/2fa/webauthn/add/": Row(SIGNED_IN, "mfa_add_webauthn"),
    "accounts/2fa/webauthn/reauthenticate/": Row(SIGNED_IN, "mfa_reauthenticate_webauthn"),
    "accounts/2fa/webauthn/<int:pk>/remove/": _passkey("mfa_remove_webauthn"),
    "accounts/2fa/webauthn/<int:pk>/edit/": _passkey("mfa_edit_webauthn"),
    "desk/": Row(DESK, "desk"),
    "desk/calendar/": Row(DESK, "desk-calendar"),
    "desk/book/": Row(DESK, "desk-book"),
    "desk/appointments/<uuid:public_id>/": _of_desk("desk-appointment"),
    "desk/appointments/<uuid:public_id>/status/": _of_desk("desk-status"),
    "desk/appointments/<uuid:public_id>/move/": _of_desk("desk-move"),
    "desk/appointments/<uuid:public_id>/cancel/": _of_desk("desk-cancel"),
    "desk/appointments/<uuid:public_id>/restore/": _of_desk("desk-restore"),
    "desk/appointments/<uuid:public_id>/note/": _of_desk("desk-note"),
    "desk/appointments/<uuid:public_id>/payments/": _of_desk("desk-pay"),
    "desk/receipts/<int:number>/": _receipt("desk-receipt"),
    "desk/receipts/<int:number>/take-back/": _receipt("desk-payment-reverse"),
    "desk/session-heartbeat/": Row(DESK, "desk-session-heartbeat"),
    "desk/pending-form/": Row(DESK, "desk-pending-form"),
    "desk/locked/": Row(DESK, "desk-locked"),
    "desk/lock/": Row(DESK, "desk-lock"),
    "desk/mail/": Row(DESK, "desk-mail"),
    "desk/mail/<int:pk>/": Row(
        DESK,
        "desk-mail-message",
        own=lambda w: {"pk": w.mail.pk},
        foreign=lambda w: {"pk": w.mail.pk + 1000},
    ),
    "desk/schedule/": Row(DESK, "desk-schedule"),
    "desk/schedule/<slug:slug>/": _schedule("desk-therapist-schedule"),
    "desk/schedule/<slug:slug>/hours/": _schedule("desk-hours"),
    "desk/schedule/<slug:slug>/day/": _schedule("desk-date-exception"),
    "desk/schedule/<slug:slug>/time-off/": _schedule("desk-time-off"),
    "desk/time-off/<int:pk>/back/": Row(
        DESK,
        "desk-time-off-cancel",
        own=lambda w: {"pk": w.time_off.pk},
        foreign=lambda w: {
            "pk": w.colleagues_time_off.pk if w.person == "therapist" else w.time_off.pk + 1000
        },
    ),
    "desk/closures/": Row(OWNERS, "desk-closures"),
    "desk/closures/holidays/": Row(OWNERS, "desk-holidays"),
    "desk/closures/<int:pk>/back/": Row(
        OWNERS,
        "desk-closure-remove",
        own=lambda w: {"pk": w.closure.pk},
        foreign=lambda w: {"pk": w.closure.pk + 1000},
    ),
    "desk/feed/": Row(THERAPISTS, "desk-calendar-feed"),
    "desk/feed/revoke/": Row(THERAPISTS, "desk-calendar-feed-revoke"),
    "desk/staff/": Row(OWNERS, "desk-staff"),
    "desk/staff/<int:pk>/": Row(
        OWNERS,
        "desk-staff-member",
        own=lambda w: {"pk": w.people["therapist"].pk},
        foreign=lambda w: {"pk": w.people["patient"].pk},
    ),
    "desk/staff/<int:pk>/deactivate/": Row(
        OWNERS,
        "desk-staff-deactivate",
        own=lambda w: {"pk": w.people["therapist"].pk},
        foreign=lambda w: {"pk": w.people["patient"].pk},
    ),
    "desk/staff/invitations/<int:pk>/revoke/": Row(
        OWNERS,
        "desk-invitation-revoke",
        own=lambda w: {"pk": w.invitation.pk},
        foreign=lambda w: {"pk": w.invitation.pk + 1000},
    ),
    "admin/": Row(BACK_OFFICE, "admin:index"),
    "admin/jsi18n/": Row(BACK_OFFICE, "admin:jsi18n"),
    "admin/^(?P<app_label>booking|articles)/$": Row(
        {**BACK_OFFICE, "editor": "not found"},
        "admin:app_list",
        own=lambda _: {"app_label": "booking"},
    ),
    "admin/booking/notificationtext/": Row(
        OWNERS_OFFICE, "admin:booking_notificationtext_changelist"
    ),
    "admin/booking/notificationtext/<slug:kind>/": Row(
        OWNERS_OFFICE,
        "admin:booking_notificationtext_word",
        own=lambda _: {"kind": "booked"},
        foreign=lambda _: {"kind": "nothing-of-ours"},
    ),
    **{
        path: Row(who, f"admin:articles_{name}", own=parts[0], foreign=parts[1])
        for who, rows in ((BACK_OFFICE, EDITORS), (OWNERS_OFFICE, articles.OWNERS))
        for path, (name, parts) in rows.items()
    },
}
