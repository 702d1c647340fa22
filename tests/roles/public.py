"""The table of roles for patients' pages and what programs ask for."""

from collections.abc import Mapping
from typing import Any

from tests.roles.rows import ALL, NOBODY_ELSE, Row, hold, no_such_token, open_to_all
from tests.roles.world import World


def _photo(world: World) -> dict[str, Any]:
    therapist = world.appointment.therapist
    return {
        "pk": therapist.pk,
        "digest": therapist.photo_digest,
        "width": therapist.photo_widths[0],
    }


def _appointment(name: str) -> Row:
    return Row(ALL, name, own=lambda w: {"token": w.appointment.link_token}, foreign=no_such_token)


ROWS: Mapping[str, Row] = {
    "": open_to_all("home"),
    "about/": open_to_all("about"),
    "contact/": open_to_all("contact"),
    "privacy/": open_to_all("privacy"),
    "accessibility/": open_to_all("accessibility"),
    "sitemap.xml": open_to_all("sitemap"),
    "robots.txt": open_to_all("robots"),
    ".well-known/security.txt": open_to_all("security-txt"),
    "favicon.ico": open_to_all("favicon"),
    "healthz": open_to_all("healthz"),
    "readyz": open_to_all("readyz"),
    "metrics": Row(NOBODY_ELSE, "metrics"),
    "treatments/": open_to_all("treatments"),
    "treatments/<slug:slug>/": open_to_all(
        "treatment", own=lambda _: {"slug": "swedish"}, foreign=lambda _: {"slug": "none"}
    ),
    "therapists/": open_to_all("therapists"),
    "therapists/<slug:slug>/": open_to_all(
        "therapist",
        own=lambda w: {"slug": w.appointment.therapist.slug},
        foreign=lambda _: {"slug": "none"},
    ),
    "therapists/photos/<int:pk>/<slug:digest>/<int:width>.webp": open_to_all(
        "therapist-photo", own=_photo, foreign=lambda w: {**_photo(w), "width": 7}
    ),
    "book/": open_to_all("book"),
    "book/<slug:slug>/": open_to_all(
        "choose", own=lambda _: {"slug": "swedish"}, foreign=lambda _: {"slug": "none"}
    ),
    "book/<slug:slug>/take/": open_to_all(
        "take-time", own=lambda _: {"slug": "swedish"}, foreign=lambda _: {"slug": "none"}
    ),
    "book/<slug:slug>/code/": open_to_all(
        "choose-code", own=lambda _: {"slug": "swedish"}, foreign=lambda _: {"slug": "none"}
    ),
    "appointments/": open_to_all("find-appointment"),
    "appointments/<path:rest>": Row(
        ALL,
        "cut-link",
        own=lambda w: {"rest": w.appointment.link_token},
        foreign=lambda _: {"rest": "a/cut/link"},
    ),
    "contact/message/": open_to_all("contact-message"),
    "contact/message/sent/": open_to_all("contact-sent"),
    "appointments/lost-link/": open_to_all("lost-link"),
    "appointments/lost-link/sent/": open_to_all("lost-link-sent"),
    "api/slots": open_to_all("api-slots"),
    "book/hold/<str:token>/": hold(ALL, "hold"),
    "book/hold/<str:token>/review/": hold(ALL, "hold-review"),
    "book/hold/<str:token>/extend/": hold(ALL, "hold-extend"),
    "book/hold/<str:token>/again/": hold(ALL, "hold-retake"),
    "book/hold/<str:token>/release/": hold(ALL, "hold-release"),
    "book/hold/<str:token>/prove/": hold(ALL, "hold-verify-email"),
    "book/prove/<str:token>/": Row(
        ALL, "verify-email", own=lambda w: {"token": w.proof_token}, foreign=no_such_token
    ),
    "mail/stop/<str:token>/": Row(
        ALL, "unsubscribe", own=lambda w: {"token": w.stop_token}, foreign=no_such_token
    ),
    "email-changes/<str:token>/": Row(
        ALL,
        "email-change-undo",
        own=lambda w: {"token": w.email_change_token},
        foreign=no_such_token,
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
    "appointments/<str:token>/proposal/": _appointment("appointment-proposal"),
    "appointments/<str:token>/confirm/": _appointment("appointment-confirm"),
    "feeds/<str:token>.ics": open_to_all(
        "calendar-feed", own=lambda w: {"token": w.feed_token}, foreign=no_such_token
    ),
}
