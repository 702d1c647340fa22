"""The table of roles for erasure, retention rules and sealed records."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from clinic.lib.dates import clock
from tests.factories import PatientFactory
from tests.factories.privacy import (
    RetentionRuleFactory,
    RetentionRunFactory,
    SealedRecordFactory,
)
from tests.roles.rows import OWNERS, Row
from tests.roles.world import World


def _pk(factory: Any) -> Callable[[World], dict[str, Any]]:
    return lambda _world: {"pk": factory().pk}


def _no_pk(_world: World) -> dict[str, Any]:
    return {"pk": 999999}


def _nobody(_world: World) -> dict[str, Any]:
    return {"public_id": uuid4()}


ROWS: Mapping[str, Row] = {
    "desk/privacy/": Row(OWNERS, "desk-privacy"),
    "desk/privacy/patients/<uuid:public_id>/": Row(
        OWNERS,
        "desk-patient-erase",
        lambda w: {"public_id": w.patient.public_id},
        _nobody,
    ),
    "desk/privacy/restricted/<uuid:public_id>/": Row(
        OWNERS,
        "desk-restricted",
        lambda _world: {"public_id": PatientFactory(restricted_since=clock.now()).public_id},
        _nobody,
    ),
    "desk/privacy/rules/add/": Row(OWNERS, "desk-retention-add"),
    "desk/privacy/rules/<int:pk>/": Row(
        OWNERS, "desk-retention-rule", _pk(RetentionRuleFactory), _no_pk
    ),
    "desk/privacy/runs/<int:pk>/stop/": Row(
        OWNERS, "desk-retention-stop", _pk(RetentionRunFactory), _no_pk
    ),
    "desk/privacy/sealed/<uuid:public_id>/": Row(
        OWNERS,
        "desk-sealed",
        lambda _world: {"public_id": SealedRecordFactory().public_id},
        _nobody,
    ),
}
