"""The table of roles for the health questions, the brief, and who signed."""

from collections.abc import Mapping

from tests.roles.rows import (
    ALL,
    DESK,
    NOBODY_ELSE,
    OWNERS_OFFICE,
    Row,
    Who,
    by_key,
    desk_appointment,
    hold,
)

ASKS: Who = {**DESK, "owner": "refused", "superuser": "refused"}
"""The front desk and the patient's own therapist can enter health answers."""
LIFTS: Who = {**DESK, "front desk": "refused"}
CONTACTS: Who = {**DESK, "therapist": "refused"}


ROWS: Mapping[str, Row] = {
    "book/hold/<str:token>/questions/": hold(ALL, "hold-questions"),
    "book/hold/<str:token>/note/": hold(NOBODY_ELSE, "hold-doctor-note"),
    "book/hold/<str:token>/call-back/": hold(ALL, "hold-call-back"),
    "book/hold/<str:token>/treatment/": hold(ALL, "hold-gentler-treatment"),
    "desk/appointments/<uuid:public_id>/brief/": desk_appointment(DESK, "desk-brief"),
    "desk/appointments/<uuid:public_id>/questions/": desk_appointment(ASKS, "desk-questions"),
    "desk/appointments/<uuid:public_id>/all-no/": desk_appointment(ASKS, "desk-answer-no-to-all"),
    "desk/appointments/<uuid:public_id>/clearance/": desk_appointment(LIFTS, "desk-clearance"),
    "desk/call-backs/": Row(CONTACTS, "desk-call-backs"),
    "desk/call-backs/<int:pk>/done/": by_key(
        CONTACTS, "desk-call-back-done", lambda w: w.call_back.pk
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
