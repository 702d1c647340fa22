"""Who can read a patient's data today, and who has read it: for the page "Who can see me"."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.access.roles import ROLES_BY_ABILITY, Ability
from booking.access.scope import own_appointments_q
from booking.lifecycle import Status
from booking.models import Appointment, AuditEntry, Patient, Role, StaffRole, User
from booking.models.audit import ActorType
from booking.registries.patient_access import AccessLine

Action, ObjectType = AuditEntry.Action, AuditEntry.ObjectType
READS = (Action.READ, Action.EXPORTED)
SEES_EVERYTHING = _("your contact details, appointments and payments")
SEES_OUTCOME = _("whether a massage is fine for you, but not your answers")
SEES_OWN = _("your contact details and the appointments with them")
SEES_ANSWERS = _("your health answers")


FOR_PATIENTS: dict[str, Any] = {
    Action.READ: _("looked at"),
    Action.EXPORTED: _("made a copy of"),
    Action.MERGED: _("joined another record with"),
    Action.UNMERGED: _("separated another record from"),
    ObjectType.PATIENT: _("your record"),
    ObjectType.OUTCOME: _("whether a massage is fine for you"),
    ObjectType.BRIEF: _("the summary for your therapist"),
    ObjectType.ANSWERS: _("your health answers"),
    ObjectType.APPOINTMENT: _("your appointment"),
    ObjectType.TEAM_NOTE: _("the note about your appointment"),
    ObjectType.MAIL: _("a mail to you"),
    ObjectType.ACCOUNT: _("your account"),
}
"""What the history says to the patient whom it is about, if the audit trail has other words."""


@dataclass(frozen=True, slots=True)
class StaffAccess:
    """A member of staff who can see data of a patient: name, roles, which data, and the last
    read."""

    name: str
    roles: Sequence[str]
    what: Sequence[str | Promise]
    last_read_at: datetime | None


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """An entry of the history: when, who (name and role), and what they did."""

    at: datetime
    who: str | Promise
    roles: Sequence[str]
    action: str
    object_name: str


def record_pks(patient: Patient) -> QuerySet[Patient, Any]:
    """Return the primary keys of a patient and of the records merged into it, for a subquery."""
    records = Patient.objects.filter(Q(pk=patient.pk) | Q(merged_into=patient))
    return records.order_by().values("pk")


def staff_with_access(patient: Patient, now: datetime) -> list[StaffAccess]:
    """Return the members of staff who can see something of the patient, by name. Five queries."""
    roles_by_user: dict[User, set[Role]] = {}
    for row in StaffRole.objects.filter(user__is_active=True).select_related("user__therapist"):
        roles_by_user.setdefault(row.user, set()).add(Role(row.role))
    for owner in User.objects.filter(is_superuser=True, is_active=True):
        roles_by_user.setdefault(owner, set()).add(Role.OWNER)
    treating = _treating_users(patient, roles_by_user, now)
    last_reads = _last_reads(patient)
    lines = [
        StaffAccess(
            staff_name(user),
            role_names(roles),
            what,
            last_reads.get(user.pk),
        )
        for user, roles in roles_by_user.items()
        if (what := _what_they_see(roles, treats=user.pk in treating))
    ]
    return sorted(lines, key=lambda line: (line.name.casefold(), line.roles))


def own_lines(patient: Patient, now: datetime) -> list[AccessLine]:
    """Return the lines about links in mails and the calendar feed. Three queries."""
    lines = []
    upcoming = Appointment.objects.filter(
        patient=patient, status__in=[Status.BOOKED, Status.ARRIVED], ends_at__gt=now
    ).count()
    if upcoming and patient.email:
        last = AuditEntry.objects.filter(
            patient_pk=patient.pk,
            object_type=ObjectType.APPOINTMENT,
            action=Action.READ,
            actor_type=ActorType.GUEST,
        ).aggregate(last=Max("at"))["last"]
        name = _("Links in our mails to %(email)s") % {"email": patient.email}
        what = _("the appointment that the mail is about; whoever has the link can change it")
        lines.append(AccessLine(name, what, last))
    feed = patient.feeds.filter(revoked_at=None).first()
    if feed is not None:
        what = _("the times of your appointments, without the treatment")
        lines.append(AccessLine(_("Your calendar feed"), what, feed.last_read_at))
    return lines


def audit_entries_of(patient: Patient) -> QuerySet[AuditEntry]:
    """Return the audit entries about a patient's record or account, the newest first.

    A merge has an entry for each of the two records; that of the remaining one is returned.
    """
    about = Q(patient_pk__in=record_pks(patient))
    if patient.user_id is not None:
        about |= Q(affected_user=patient.user_id)
    rows = AuditEntry.objects.filter(about).select_related("user__therapist", "user__patient")
    rows = rows.exclude(Q(action=Action.MERGED) & ~Q(patient_pk=patient.pk))
    return rows.order_by("-at", "-pk")


def history_lines(entries: Iterable[AuditEntry], patient: Patient) -> list[HistoryLine]:
    """Return audit entries as lines for the patient whom they are about. One query.

    They contain names and roles of staff, nothing else of them, and no network addresses.
    """
    rows = list(entries)
    staff = {row.user_id for row in rows if row.actor_type == ActorType.STAFF}
    roles: dict[int, set[Role]] = {}
    for user, role in StaffRole.objects.filter(user__in=staff).values_list("user", "role"):
        roles.setdefault(user, set()).add(Role(role))
    return [
        HistoryLine(
            row.at,
            _who(row, patient),
            role_names(roles.get(row.user_id or 0, set())),
            str(FOR_PATIENTS.get(row.action, row.get_action_display())),
            str(FOR_PATIENTS.get(row.object_type, row.get_object_type_display())),
        )
        for row in rows
    ]


def staff_name(user: User) -> str:
    """Return the name of a member of staff for patients; never an e-mail address."""
    therapist = getattr(user, "therapist", None)
    return therapist.name if therapist is not None else user.name


def role_names(roles: Iterable[Role]) -> list[str]:
    """Return the names of roles, in a fixed order."""
    known = set(roles)
    return [str(role.label) for role in Role if role in known]


def _who(row: AuditEntry, patient: Patient) -> str | Promise:
    if row.user is not None and row.user_id == patient.user_id:
        return _("You")
    if row.actor_type == ActorType.STAFF:
        return (staff_name(row.user) if row.user else "") or _("Somebody at the clinic")
    if row.actor_type == ActorType.SYSTEM:
        return _("The clinic's computer")
    if row.user is not None:
        acting = getattr(row.user, "patient", None)
        return acting.name if acting is not None else (row.user.name or _("Somebody for you"))
    return _("Somebody with a link from a mail, or without signing in")


def _what_they_see(roles: set[Role], *, treats: bool) -> list[str | Promise]:
    """Return what somebody with these roles sees of the patient; empty for most."""
    if roles & ROLES_BY_ABILITY[Ability.ALL_CONTACTS]:
        sees = [SEES_EVERYTHING]
    elif treats and roles & ROLES_BY_ABILITY[Ability.OWN_CONTACTS]:
        sees = [SEES_OWN]
    else:
        return []
    if treats and roles & ROLES_BY_ABILITY[Ability.READ_OWN_PATIENTS_HEALTH]:
        return [*sees, SEES_ANSWERS]
    return [*sees, SEES_OUTCOME]


def _treating_users(patient: Patient, users: Iterable[User], now: datetime) -> set[int]:
    """Return the users (pks) who treat the patient. One query."""
    own = Q()
    for user in users:
        own |= own_appointments_q(user, now)
    rows = Appointment.objects.filter(own, patient=patient) if own else Appointment.objects.none()
    found = rows.order_by().values_list("therapist__user", flat=True).distinct()
    return {pk for pk in found if pk is not None}


def _last_reads(patient: Patient) -> dict[int, datetime]:
    """Return when each user last read the patient's data, by primary key. Two queries."""
    entries = AuditEntry.objects.filter(patient_pk__in=record_pks(patient), action__in=READS)
    rows = entries.order_by().values("user").annotate(last=Max("at"))
    return {row["user"]: row["last"] for row in rows if row["user"] is not None}
