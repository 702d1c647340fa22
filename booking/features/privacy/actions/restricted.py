"""Open what is stored of a restricted record, for a use that the law allows."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from booking.access.roles import Ability, has_ability
from booking.actions.actor import Actor
from booking.actions.audit.record import Action, AuditObject, ObjectType, record_audit
from booking.actions.locks import write_action, write_transaction
from booking.features.privacy.errors import NotRestricted, NotTheOwner
from booking.features.privacy.models import RetainedKind
from booking.features.privacy.queries.stored_content import Content, stored_content
from booking.models import Patient


class AllowedUse(TextChoices):
    """For what restricted data may be used: the four cases of article 18(2)."""

    CONSENT = "consent", _("the person agrees to this use")
    CLAIMS = "claims", _("to make, exercise or defend a legal claim")
    OTHERS = "others", _("to protect the rights of another person")
    PUBLIC = "public", _("for important public interest of the Union or a member state")


@write_action
def open_restricted(patient: Patient, use: AllowedUse, *, by: Actor) -> Content:
    """Return what is stored of a restricted record, and record who opened it, and for what.

    Raises NotTheOwner, and NotRestricted.
    """
    if by.user is None or not has_ability(by.user, Ability.STAFF):
        raise NotTheOwner()
    if patient.restricted_since is None:
        raise NotRestricted()
    opened = AuditObject(
        ObjectType.RESTRICTION,
        patient.public_id,
        patient.pk,
        patient.email,
        details={"use": use.value},
    )
    with write_transaction():
        content = stored_content(patient, RetainedKind.TREATMENT)
        record_audit(Action.READ, opened, by=by)
    return content
