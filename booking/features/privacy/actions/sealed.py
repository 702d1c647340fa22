"""Open what the law keeps: by the owner, for a stated reason, with an entry in the audit trail."""

import json
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.access.roles import Ability, has_ability
from booking.actions.actor import Actor
from booking.actions.audit.record import Action, AuditObject, ObjectType, record_audit
from booking.actions.locks import write_action, write_transaction
from booking.features.privacy.errors import NotTheOwner
from booking.features.privacy.models import SealedRecord


class OpeningReason(models.TextChoices):
    """Why a sealed record is opened."""

    AUTHORITY = "authority", _("A court or an authority asks for it")
    CLAIM = "claim", _("There is a claim against the clinic")
    PERSON = "person", _("The person asks for it")
    TAX = "tax", _("The tax office asks for it")


@write_action
def open_sealed(sealed: SealedRecord, reason: OpeningReason, *, by: Actor) -> dict[str, Any]:
    """Return what is sealed, by the names of the parts of a copy. Raises NotTheOwner.

    Raises DecryptionError if no key reads it.
    """
    if by.user is None or not has_ability(by.user, Ability.STAFF):
        raise NotTheOwner()
    with write_transaction():
        content: dict[str, Any] = json.loads(sealed.content)
        opened = AuditObject(
            ObjectType.PATIENT,
            sealed.patient.public_id,
            sealed.patient_id,
            details={"kind": f"sealed {sealed.kind}", "reason": reason.value},
        )
        record_audit(Action.READ, opened, by=by)
    return content
