"""The table of roles for family and carers: in the account, and at the desk."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from booking.actions.staff.invitations import hash_token
from booking.features.proxies.models import (
    ProxyInvitation,
    ProxyRequest,
    ProxyReview,
    RecordTakeover,
)
from booking.models import Patient
from clinic.lib.dates import clock
from tests.factories import AppointmentFactory, PatientFactory
from tests.factories.proxies import ProxyFactory
from tests.roles.rows import DESK, OWNERS, PATIENTS, Parts, Row, Who, by_key
from tests.roles.world import World

CONTACTS: Who = {**DESK, "therapist": "refused"}


def _nothing(world: World) -> dict[str, Any]:
    return {"public_id": world.nothing}


def _granted_by_me(world: World) -> dict[str, Any]:
    return {"public_id": ProxyFactory(patient=world.people["patient"].patient).public_id}


def _of_strangers(_world: World) -> dict[str, Any]:
    return {"public_id": ProxyFactory().public_id}


def _whom_i_act_for(world: World) -> dict[str, Any]:
    return {"public_id": ProxyFactory(actor=world.people["patient"]).patient.public_id}


def _strangers_patient(_world: World) -> dict[str, Any]:
    return {"public_id": ProxyFactory().patient.public_id}


def _request(world: World, **values: Any) -> dict[str, Any]:
    actor = ProxyFactory().actor
    row = ProxyRequest.objects.create(
        **{"actor": actor, "name": "Ana", "closes_at": clock.now() + timedelta(days=1)} | values
    )
    return {"public_id": row.public_id}


def _asked(email: str = "") -> Parts:
    return lambda w: _request(w, basis="consent", email=email or w.people["patient"].email)


def _asked_by_me(world: World) -> dict[str, Any]:
    return _request(world, actor=world.people["patient"], basis="consent", email="ben@mail.example")


def _court(world: World) -> dict[str, Any]:
    return _request(world, basis="court")


def _invitation(patient: Patient, email: str, token: str = "") -> dict[str, Any]:
    assert patient.user is not None
    row = ProxyInvitation.objects.create(
        patient=patient,
        invited_by=patient.user,
        email=email,
        token_hash=hash_token(token or str(uuid4())),
        closes_at=clock.now() + timedelta(days=1),
        may_book=True,
    )
    return {"public_id": row.public_id}


def _somebody() -> Patient:
    return PatientFactory(user=ProxyFactory().actor)


def _invited_by_me(world: World) -> dict[str, Any]:
    return _invitation(world.people["patient"].patient, "ben@mail.example")


def _invited_by_others(_world: World) -> dict[str, Any]:
    return _invitation(_somebody(), "ben@mail.example")


def _invited_me(world: World) -> dict[str, Any]:
    return _invitation(_somebody(), world.people["patient"].email)


def _link_to(email: str = "") -> Parts:
    def parts(world: World) -> dict[str, Any]:
        token = str(uuid4()) + "A" * 12
        _invitation(_somebody(), email or world.people["patient"].email, token)
        return {"token": token}

    return parts


def _takeover(_world: World) -> dict[str, Any]:
    row = RecordTakeover.objects.create(
        user=_somebody().user,
        born_on=date(2010, 5, 1),
        closes_at=clock.now() + timedelta(days=1),
    )
    return {"public_id": row.public_id}


def _appointment(world: World) -> dict[str, Any]:
    row = AppointmentFactory(patient=world.people["patient"].patient)
    return {"public_id": row.public_id}


def _review(_world: World) -> int:
    row = ProxyReview.objects.create(
        proxy=ProxyFactory(basis="parent"), reason="first_age", due_on=clock.now().date()
    )
    return row.pk


REQUEST = "me/family/requests/<uuid:public_id>/"
INVITATION = "me/family/invitations/<uuid:public_id>/"
GRANT = "me/family/grants/<uuid:public_id>/"
ROWS: Mapping[str, Row] = {
    "me/family/": Row(PATIENTS, "me-family"),
    "me/family/child/": Row(PATIENTS, "me-family-child"),
    "me/family/adult/": Row(PATIENTS, "me-family-adult"),
    "me/family/court/": Row(PATIENTS, "me-family-court"),
    "me/family/stop/": Row(PATIENTS, "me-act-stop"),
    REQUEST: Row(PATIENTS, "me-family-request", _asked(), _asked("ben@mail.example")),
    f"{REQUEST}withdraw/": Row(
        PATIENTS, "me-family-withdraw", _asked_by_me, _asked(), foreign_outcome="in"
    ),
    "me/family/invite/": Row(PATIENTS, "me-family-invite"),
    "me/family/invited/<str:token>/": Row(
        PATIENTS,
        "me-family-invited",
        _link_to(),
        _link_to("ben@mail.example"),
        foreign_outcome="refused",
    ),
    INVITATION: Row(PATIENTS, "me-family-invitation", _invited_me, _invited_by_others),
    f"{INVITATION}withdraw/": Row(
        PATIENTS,
        "me-family-invite-withdraw",
        _invited_by_me,
        _invited_by_others,
        foreign_outcome="in",
    ),
    "me/family/own-record/": Row(PATIENTS, "me-family-takeover"),
    "me/family/own-record/withdraw/": Row(PATIENTS, "me-family-takeover-withdraw"),
    "desk/family/takeovers/<uuid:public_id>/": Row(
        CONTACTS, "desk-proxy-takeover", _takeover, _nothing
    ),
    GRANT: Row(PATIENTS, "me-family-grant", _granted_by_me, _of_strangers),
    f"{GRANT}end/": Row(PATIENTS, "me-family-end", _granted_by_me, _of_strangers),
    "me/family/appointments/<uuid:public_id>/hide/": Row(
        PATIENTS,
        "me-family-hide",
        _appointment,
        lambda w: {"public_id": w.appointment.public_id},
    ),
    "me/family/<uuid:public_id>/act/": Row(
        PATIENTS, "me-act", _whom_i_act_for, _strangers_patient, foreign_outcome="in"
    ),
    "desk/family/": Row(CONTACTS, "desk-proxies"),
    "desk/family/reviews/<int:pk>/": by_key(CONTACTS, "desk-proxy-review", _review),
    "desk/family/requests/<uuid:public_id>/": Row(CONTACTS, "desk-proxy-request", _court, _nothing),
    "desk/family/grants/<uuid:public_id>/": Row(
        DESK,
        "desk-proxy",
        lambda w: {"public_id": ProxyFactory(patient=w.patient).public_id},
        lambda w: _of_strangers(w) if w.is_therapist else _nothing(w),
    ),
    "desk/family/patients/<uuid:public_id>/": Row(
        DESK,
        "desk-proxy-add",
        lambda w: {"public_id": w.patient.public_id},
        lambda w: {"public_id": w.foreign_patient},
    ),
    "desk/family/ages/": Row(OWNERS, "desk-proxy-ages"),
}
