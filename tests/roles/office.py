"""The table of roles for patients, reports, setting up, importing, and the back office."""

from collections.abc import Callable, Mapping
from uuid import uuid4

from tests import factories as make
from tests.roles.rows import BACK_OFFICE, DESK, OWNERS, OWNERS_OFFICE, Row, Who
from tests.roles.world import World


def _patient(name: str) -> Row:
    """A page of a patient. Therapists get the same answer for a colleague's patient as for none."""
    return Row(
        DESK,
        name,
        own=lambda w: {"public_id": w.patient.public_id},
        foreign=lambda w: {"public_id": w.foreign_patient},
    )


def _import(name: str) -> Row:
    return Row(
        OWNERS,
        name,
        own=lambda _: {"name": "patients"},
        foreign=lambda _: {"name": "no-such-kind"},
    )


VERBS = {
    "changelist": "", "add": "add/", "change": "<path:object_id>/change/",
    "delete": "<path:object_id>/delete/", "history": "<path:object_id>/history/",
}  # fmt: skip
NOBODY: Who = {**OWNERS_OFFICE, "owner": "refused", "superuser": "refused"}


def _office(model: str, key: Callable[[World], int], *never: str) -> dict[str, Row]:
    """The pages of one model in the back office; `never` are those that are shut for all."""

    def row(verb: str) -> Row:
        who, name = NOBODY if verb in never else OWNERS_OFFICE, f"admin:booking_{model}_{verb}"
        if "<" not in VERBS[verb]:
            return Row(who, name)
        own, foreign = (lambda w: {"object_id": key(w)}), (lambda _: {"object_id": "no-such"})
        return Row(who, name, own=own, foreign=foreign)

    return {f"admin/booking/{model}/{part}": row(verb) for verb, part in VERBS.items()}


def _button(name: str) -> Row:
    return Row(
        OWNERS_OFFICE,
        f"admin:booking_appointment_{name}",
        own=lambda w: {"pk": w.appointment.pk},
        foreign=lambda _: {"pk": 999999},
    )


ROWS: Mapping[str, Row] = {
    "desk/patients/": Row(DESK, "desk-patients"),
    "desk/patients/<uuid:public_id>/": _patient("desk-patient"),
    "desk/patients/<uuid:public_id>/edit/": _patient("desk-patient-edit"),
    "desk/patients/<uuid:public_id>/statement/": _patient("desk-statement"),
    "desk/patients/<uuid:public_id>/account/": _patient("desk-patient-account"),
    "desk/patients/<uuid:public_id>/confirm/": _patient("desk-patient-confirm"),
    "desk/patients/<uuid:public_id>/retry-mail/": _patient("desk-patient-retry-mail"),
    "desk/patients/<uuid:public_id>/merge/": _patient("desk-patient-merge"),
    "desk/patients/<uuid:public_id>/merge/<uuid:other>/": Row(
        DESK,
        "desk-merge",
        own=lambda w: {
            "public_id": w.patient.public_id,
            "other": w.second_patient.public_id,
        },
        foreign=lambda w: {"public_id": w.patient.public_id, "other": w.foreign_patient},
    ),
    "desk/merges/<int:pk>/undo/": Row(
        DESK, "desk-merge-undo", own=lambda w: {"pk": w.merge.pk}, foreign=lambda _: {"pk": 999999}
    ),
    "desk/patients/<uuid:public_id>/restriction/": Row(
        {**DESK, "therapist": "refused"},
        "desk-patient-restriction",
        own=lambda w: {"public_id": w.patient.public_id},
        foreign=lambda w: {"public_id": w.foreign_patient},
    ),
    "desk/erasures/<int:pk>/done/": Row(
        {**DESK, "therapist": "not found"},
        "desk-erasure-done",
        own=lambda w: {"pk": w.erasure.pk},
        foreign=lambda _: {"pk": 999999},
    ),
    "desk/setup/": Row(OWNERS, "desk-setup"),
    "desk/setup/<slug:name>/": Row(
        OWNERS,
        "desk-setup-step",
        own=lambda _: {"name": "rooms"},
        foreign=lambda _: {"name": "no-such-step"},
    ),
    "desk/import/": Row(OWNERS, "desk-import"),
    "desk/import/<slug:name>.csv": _import("desk-import-template"),
    "desk/import/<slug:name>/": _import("desk-import-check"),
    "desk/imports/<uuid:public_id>/": Row(
        OWNERS,
        "desk-import-run",
        own=lambda w: {"public_id": w.kept_file},
        foreign=lambda _: {"public_id": uuid4()},
    ),
    "desk/reports/": Row(OWNERS, "desk-reports"),
    "desk/reports/<slug:name>/": Row(
        OWNERS,
        "desk-report",
        own=lambda _: {"name": "income"},
        foreign=lambda _: {"name": "no-such-report"},
    ),
    "desk/reports/<slug:name>/<slug:table>.csv": Row(
        OWNERS,
        "desk-report-file",
        own=lambda _: {"name": "income", "table": "by-therapist"},
        foreign=lambda _: {"name": "income", "table": "no-such-table"},
    ),
    **_office("treatment", lambda _: make.TreatmentFactory.create().pk),
    **_office("room", lambda _: make.RoomFactory.create().pk),
    **_office("roomkind", lambda _: make.RoomKindFactory.create().pk),
    **_office("therapist", lambda _: make.TherapistFactory.create().pk),
    "admin/booking/therapist/<int:pk>/photo/": Row(
        OWNERS_OFFICE,
        "admin:booking_therapist_photo",
        own=lambda _: {"pk": make.TherapistFactory.create().pk},
        foreign=lambda _: {"pk": 999999},
    ),
    **_office("clinicprofile", lambda _: 1, "add", "delete"),
    **_office("openinghours", lambda w: w.opening.pk),
    **_office("closure", lambda w: w.closure.pk),
    **_office("user", lambda w: w.people["therapist"].pk, "add", "delete"),
    **_office("appointment", lambda w: w.appointment.pk, "add", "delete"),
    **_office("appointmentevent", lambda w: w.line_of_history, "add", "delete"),
    "admin/booking/appointment/<int:pk>/cancel/": _button("cancel"),
    "admin/booking/appointment/<int:pk>/restore/": _button("restore"),
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
        "admin:booking_notificationtext_wording",
        own=lambda _: {"kind": "booked"},
        foreign=lambda _: {"kind": "nothing-of-ours"},
    ),
}
