"""The table of roles for the desk: the day, the schedule, the team and the mails."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

from booking.actions.actor import Actor, ActorType
from booking.features.money.actions.extras import charge_tip
from booking.features.money.models import LedgerEntry
from tests.roles.rows import DESK, OWNERS, THERAPISTS, Row, Who, by_key, desk_appointment
from tests.roles.world import World


def _receipt(name: str, who: Who = DESK) -> Row:
    return Row(
        who,
        name,
        own=lambda w: {"number": w.receipt.number},
        foreign=lambda w: {"number": w.colleagues_receipt.number if w.is_therapist else 404},
    )


def _extra(name: str, **parts: str) -> Row:
    row = desk_appointment(DESK, name)
    own, foreign = row.own, row.foreign
    assert own is not None
    assert foreign is not None
    return replace(row, own=lambda w: own(w) | parts, foreign=lambda w: foreign(w) | parts)


def _tip(world: World) -> LedgerEntry:
    """A tip for the appointment, which can be taken back."""
    actor = Actor(ActorType.STAFF, world.people["owner"])
    return charge_tip(world.appointment, amount=Decimal(5), token=str(uuid4()), by=actor)


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
    "desk/": Row(DESK, "desk"),
    "desk/calendar/": Row(DESK, "desk-calendar"),
    "desk/book/": Row(DESK, "desk-book"),
    "desk/appointments/<uuid:public_id>/": desk_appointment(DESK, "desk-appointment"),
    "desk/appointments/<uuid:public_id>/status/": desk_appointment(DESK, "desk-status"),
    "desk/appointments/<uuid:public_id>/move/": desk_appointment(DESK, "desk-move"),
    "desk/appointments/<uuid:public_id>/move/undo/": desk_appointment(DESK, "desk-move-undo"),
    "desk/appointments/<uuid:public_id>/cancel/": desk_appointment(DESK, "desk-cancel"),
    "desk/proposals/": Row(DESK, "desk-proposals"),
    "desk/appointments/<uuid:public_id>/proposal/withdraw/": desk_appointment(
        DESK, "desk-proposal-withdraw"
    ),
    "desk/appointments/<uuid:public_id>/restore/": desk_appointment(DESK, "desk-restore"),
    "desk/appointments/<uuid:public_id>/note/": desk_appointment(DESK, "desk-note"),
    "desk/appointments/<uuid:public_id>/payments/": desk_appointment(DESK, "desk-pay"),
    "desk/receipts/<int:number>/": _receipt("desk-receipt"),
    "desk/receipts/<int:number>/take-back/": _receipt("desk-payment-reverse"),
    "desk/receipts/<int:number>/refund/": _receipt("desk-refund", {**DESK, "therapist": "refused"}),
    "desk/money/": Row(DESK, "desk-unpaid"),
    "desk/appointments/<uuid:public_id>/money/remind/": desk_appointment(DESK, "desk-remind"),
    "desk/appointments/<uuid:public_id>/money/<slug:slug>/": _extra("desk-extra", slug="tip"),
    "desk/appointments/<uuid:public_id>/money/entries/<uuid:entry_id>/": Row(
        DESK,
        "desk-extra-take-back",
        own=lambda w: {"public_id": w.appointment.public_id, "entry_id": _tip(w).pk},
        foreign=lambda w: {"public_id": w.appointment.public_id, "entry_id": uuid4()},
    ),
    "desk/session-heartbeat/": Row(DESK, "desk-session-heartbeat"),
    "desk/pending-form/": Row(DESK, "desk-pending-form"),
    "desk/locked/": Row(DESK, "desk-locked"),
    "desk/lock/": Row(DESK, "desk-lock"),
    "desk/mail/": Row(DESK, "desk-mail"),
    "desk/mail/try-again/": Row({**DESK, "therapist": "refused"}, "desk-mail-retry"),
    "desk/mail/<int:pk>/": by_key(DESK, "desk-mail-message", lambda w: w.mail.pk),
    "desk/mail/<int:pk>/again/": by_key(DESK, "desk-mail-again", lambda w: w.mail.pk),
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
        foreign_outcome="in",  # like one that a colleague has just taken back; it stays as it is
    ),
    "desk/schedule/<slug:slug>/off/": Row(
        OWNERS,
        "desk-therapist-switch-off",
        own=lambda w: {"slug": w.appointment.therapist.slug},
        foreign=lambda _w: {"slug": "nobody"},
    ),
    "desk/schedule/<slug:slug>/options/": Row(
        OWNERS,
        "desk-therapist-options",
        own=lambda w: {"slug": w.appointment.therapist.slug},
        foreign=lambda _w: {"slug": "nobody"},
    ),
    "desk/treatments/<slug:slug>/off/": Row(
        OWNERS,
        "desk-treatment-withdraw",
        own=lambda w: {"slug": w.appointment.option.treatment.slug},
        foreign=lambda _w: {"slug": "nothing"},
    ),
    "desk/options/<int:pk>/off/": by_key(
        OWNERS, "desk-option-withdraw", lambda w: w.appointment.option_id
    ),
    "desk/rooms/<int:pk>/kind/": by_key(OWNERS, "desk-room-kind", lambda w: w.appointment.room_id),
    "desk/treatments/<slug:slug>/room-kind/": Row(
        OWNERS,
        "desk-treatment-room-kind",
        own=lambda w: {"slug": w.appointment.option.treatment.slug},
        foreign=lambda _w: {"slug": "nothing"},
    ),
    "desk/rooms/<int:pk>/off/": by_key(
        OWNERS, "desk-room-switch-off", lambda w: w.appointment.room_id
    ),
    "desk/time-zone/": Row(OWNERS, "desk-time-zone"),
    "desk/closures/": Row(OWNERS, "desk-closures"),
    "desk/closures/holidays/": Row(OWNERS, "desk-holidays"),
    "desk/closures/<int:pk>/back/": by_key(OWNERS, "desk-closure-remove", lambda w: w.closure.pk),
    "desk/feed/": Row(THERAPISTS, "desk-calendar-feed"),
    "desk/feed/revoke/": Row(THERAPISTS, "desk-calendar-feed-revoke"),
    "desk/audit/": Row(OWNERS, "desk-audit"),
    "desk/jobs/": Row(OWNERS, "desk-jobs"),
    "desk/jobs/<slug:name>/run/": Row(
        OWNERS,
        "desk-job-run",
        own=lambda _w: {"name": "expire-holds"},
        foreign=lambda _w: {"name": "no-such-job"},
    ),
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
    "desk/staff/invitations/<int:pk>/revoke/": by_key(
        OWNERS, "desk-invitation-revoke", lambda w: w.invitation.pk
    ),
}
