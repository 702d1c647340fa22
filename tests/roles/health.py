"""The table of roles for the questions before a massage, the brief, and who signed.

As tests/roles/table.py, which says how; tests/roles/test_roles.py walks both.
"""

from collections.abc import Mapping
from typing import Any

from tests.roles.table import ALL, DESK, NOBODY_ELSE, OWNERS_OFFICE, Row, Who, no_such_token
from tests.roles.world import World

ASKS: Who = {**DESK, "owner": "refused", "superuser": "refused"}
"""Health answers are written down by the front desk and by the patient's own therapist."""
LIFTS: Who = {**DESK, "front desk": "refused"}
CONTACTS: Who = {**DESK, "therapist": "refused"}


def _hold(who: Who, name: str) -> Row:
    return Row(who, name, own=lambda w: {"token": w.hold.hold_token}, foreign=no_such_token)


def _appointment(who: Who, name: str) -> Row:
    """To a therapist, a colleague's is as foreign as one that is not there."""

    def own(world: World) -> dict[str, Any]:
        return {"public_id": world.appointment.public_id}

    def foreign(world: World) -> dict[str, Any]:
        one = world.colleagues.public_id if world.is_therapist else world.nothing
        return {"public_id": one}

    return Row(who, name, own=own, foreign=foreign)


HEALTH_ROWS: Mapping[str, Row] = {
    "book/hold/<str:token>/questions/": _hold(ALL, "hold-questions"),
    "book/hold/<str:token>/note/": _hold(NOBODY_ELSE, "hold-doctor-note"),
    "book/hold/<str:token>/call-back/": _hold(ALL, "hold-call-back"),
    "book/hold/<str:token>/treatment/": _hold(ALL, "hold-gentler-treatment"),
    "desk/appointments/<uuid:public_id>/brief/": _appointment(DESK, "desk-brief"),
    "desk/appointments/<uuid:public_id>/questions/": _appointment(ASKS, "desk-questions"),
    "desk/appointments/<uuid:public_id>/all-no/": _appointment(ASKS, "desk-answer-no-to-all"),
    "desk/appointments/<uuid:public_id>/word/": _appointment(LIFTS, "desk-clearance"),
    "desk/call-backs/": Row(CONTACTS, "desk-call-backs"),
    "desk/call-backs/<int:pk>/done/": Row(
        CONTACTS,
        "desk-call-back-done",
        own=lambda w: {"pk": w.call_back.pk},
        foreign=lambda w: {"pk": w.call_back.pk + 1000},
    ),
    "admin/booking/screeningsignature/": Row(
        OWNERS_OFFICE, "admin:booking_screeningsignature_changelist"
    ),
    "admin/booking/screeningsignature/add/": Row(
        OWNERS_OFFICE, "admin:booking_screeningsignature_add"
    ),
    "admin/booking/accommodationrule/": Row(
        OWNERS_OFFICE, "admin:booking_accommodationrule_changelist"
    ),
    "admin/booking/accommodationrule/add/": Row(
        OWNERS_OFFICE, "admin:booking_accommodationrule_add"
    ),
    "admin/booking/accommodationrule/<path:object_id>/change/": Row(
        OWNERS_OFFICE,
        "admin:booking_accommodationrule_change",
        own=lambda w: {"object_id": w.accommodation.pk},
        foreign=lambda w: {"object_id": w.accommodation.pk + 1000},
    ),
}
