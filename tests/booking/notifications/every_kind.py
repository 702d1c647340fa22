"""Create one notification of every kind, by the actions that queue them."""

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import transaction

from articles.actions.scheduled_jobs import notify_editors
from booking.actions.actor import Actor, ActorType
from booking.actions.appointments.ask_patient import ask_patient
from booking.actions.appointments.book_online import book_appointment
from booking.actions.appointments.cancel import cancel_appointment
from booking.actions.appointments.reschedule import reschedule_appointment
from booking.actions.appointments.restore import restore_appointment
from booking.actions.holds.save_draft import save_draft
from booking.actions.notifications.contact_clinic import contact_clinic
from booking.actions.notifications.notification_settings import send_sample_notification
from booking.actions.notifications.queue_day_lists import queue_day_lists
from booking.actions.notifications.resend_links import resend_links
from booking.actions.notifications.send_test_mail import send_test_mail
from booking.actions.patients.change_email import complete_email_change, request_email_change
from booking.actions.patients.proof_of_email import request_email_code
from booking.actions.patients.show_identity import request_identity_code
from booking.actions.patients.verify_email import request_email_verification
from booking.features.backups.queries.last_runs import check_backups
from booking.features.money.actions.extras import charge_product
from booking.features.money.actions.remind import remind_of_payment
from booking.features.monitoring.notifications import notify_owners
from booking.features.proxies.actions.grants import GrantTerms
from booking.features.proxies.actions.invitations import invite
from booking.features.proxies.actions.people import ask_adult
from booking.features.proxies.models import Proxy, RecordTakeover
from booking.features.proxies.notifications import (
    build_copies,
    notify_agreed,
    notify_review_ahead,
)
from booking.features.proxies.notifications.invitations import notify_accepted
from booking.features.proxies.notifications.takeovers import notify_grown_up, notify_taken_over
from booking.inputs import PersonalDetails
from booking.lifecycle import Status
from booking.models import Appointment, Notification, Role, Screening, Therapist
from booking.notifications import enqueue
from booking.notifications.kinds import all_kinds
from booking.notifications.outbox import enqueue_all
from booking.notifications.rendering import get_wording
from booking.notifications.subjects.accounts import (
    notify_account_changed,
    notify_invitation,
    notify_sign_in_code,
    notify_staff_sign_in,
)
from booking.notifications.subjects.appointments import BOOKED
from booking.notifications.subjects.health import notify_booking_can_resume
from booking.queries.patients.email_changes import change_code
from booking.registries.doctor_checks import DoctorCheck
from booking.registries.mail_copies import MailOccasion
from clinic.lib.dates import clock
from tests.booking.health.answers import answer
from tests.factories import (
    AppointmentFactory,
    CommentFactory,
    PatientFactory,
    StaffRoleFactory,
    UserFactory,
)
from tests.factories.proxies import ProxyFactory
from tests.scene import Scene, at, make_clinic

STAFF = Actor(ActorType.STAFF)
GUEST = Actor.guest()
ANA = PersonalDetails("Ana Reader", "ana@reader.example", "312-555-0142", "my knee hurts")
THURSDAY, FRIDAY = date(2026, 11, 26), date(2026, 11, 27)
SECRET_WORDS = "Deep tissue for restless legs"
"""The name of the treatment: shown on pages, but never in a mail."""


def open_clinic(**policy: Any) -> Scene:
    """Create a clinic with three therapists with e-mails; the treatment has a revealing name."""
    scene = make_clinic(therapists=3, rooms=3, cancellation_hours=1, **policy)
    treatment = scene.option.treatment
    treatment.name, treatment.neutral_name = f"{SECRET_WORDS} {treatment.pk}", "massage"
    treatment.save()
    for person in scene.therapists:
        person.user = UserFactory(email=f"{person.slug}@clinic.example")
        person.save()
    return scene


def one_of_every_kind(scene: Scene, who: PersonalDetails = ANA) -> dict[str, Notification]:
    """Return one notification of every kind, by kind. All are due and still wanted."""
    first, second, third = scene.therapists
    booked = _book(scene, first, who)
    moved = reschedule_appointment(_book(scene, second, who), start=at(15, day=FRIDAY), by=STAFF)
    cancelled = cancel_appointment(_book(scene, third, who), by=STAFF, reason="Ana is ill today.")
    restored = cancel_appointment(_book(scene, third, who, hour=14), by=GUEST)
    restore_appointment(restored, by=GUEST)
    ask_patient(booked, start=at(13, day=FRIDAY), by=STAFF)
    _today(scene, first, who)
    _tomorrow(scene, second, who)
    _answers(scene, who)
    _waited(scene, who)
    _accounts(who)
    _extras(booked, who)
    _family(booked, who)
    _unpaid(scene, who)
    _alert()
    notifications = {row.kind: row for row in Notification.objects.order_by("pk")}
    notifications |= {
        "booked": _of(booked, "booked"),
        "moved": _of(moved, "moved"),
        "cancelled": _of(cancelled, "cancelled"),
        "reminder": _of(booked, "reminder"),
    }
    assert set(notifications) == {kind.name for kind in all_kinds()}, (
        "Queue one mail of a new kind here, in tests/booking/notifications/every_kind.py."
    )
    return notifications


def _book(scene: Scene, therapist: Therapist, who: PersonalDetails, hour: int = 10) -> Appointment:
    hold = scene.hold(at(hour, day=THURSDAY), therapist, browser_key=uuid4().hex)
    return book_appointment(hold, who, by=GUEST)


def _unpaid(scene: Scene, who: PersonalDetails) -> None:
    """A visit of an hour ago that is not paid, of which the patient is reminded."""
    staff = Actor(ActorType.STAFF, UserFactory())
    visit = AppointmentFactory(
        option=scene.option, therapist=scene.therapists[0], room=scene.rooms[0],
        starts_at=clock.now() - timedelta(hours=2), patient__email=who.email,
        patient__name=who.name,
    )  # fmt: skip
    charge_product(visit, amount=Decimal(12), description="Oil", token=uuid4().hex, by=staff)
    remind_of_payment(visit, by=staff)


def _of(appointment: Appointment, kind: str) -> Notification:
    return Notification.objects.filter(appointment=appointment, kind=kind).earliest("pk")


def _today(scene: Scene, therapist: Therapist, who: PersonalDetails) -> None:
    hold = scene.hold(at(16, day=date(2026, 11, 23)), therapist, browser_key=uuid4().hex)
    cancel_appointment(book_appointment(hold, who, by=GUEST), by=STAFF)


def _tomorrow(scene: Scene, therapist: Therapist, who: PersonalDetails) -> None:
    book_appointment(scene.hold(at(11), therapist, browser_key=uuid4().hex), who, by=GUEST)
    assert queue_day_lists(at(18, 5, day=date(2026, 11, 23))) == 1


def _answers(scene: Scene, who: PersonalDetails) -> None:
    contact_clinic(name=who.name, email=who.email, message="May I bring\n\nmusic?", by=GUEST)
    contact_clinic(name=who.name, email=who.email, message="I cannot go on.", by=GUEST)
    resend_links(who.email, by=GUEST)
    hold = scene.hold(at(16, day=FRIDAY), scene.therapists[0], browser_key=uuid4().hex)
    request_email_verification(hold, who.email, by=GUEST)


def _waited(scene: Scene, who: PersonalDetails) -> None:
    """Queue the mail that follows a call with somebody who had to wait."""
    hold = scene.hold(at(10, day=FRIDAY), scene.therapists[0], browser_key=uuid4().hex)
    answer(hold, "q9/thinner")
    save_draft(hold, json.dumps(who.as_dict()), by=GUEST)
    with transaction.atomic():
        notify_booking_can_resume(Screening.objects.get(appointment=hold))


def _alert() -> None:
    """Queue the mail that tells an owner of a problem of the site."""
    StaffRoleFactory(role=Role.OWNER)
    with transaction.atomic():
        notify_owners(DoctorCheck(check_backups, "backups", "Backups"), ["It is old."], clock.now())


def _accounts(who: PersonalDetails) -> None:
    notify_sign_in_code(who.email, "ABC-DEF")
    notify_staff_sign_in(who.email)
    notify_invitation(who.email, who.name, "https://clinic.example/accounts/invitation/x/")
    notify_account_changed(who.email, "mfa/email/webauthn_added")
    _own_account()


def _own_account() -> None:
    """Queue the mails about a change of address: refused for a taken one, then done."""
    user, other = UserFactory(), UserFactory()
    PatientFactory(user=other)
    request_identity_code(user)
    request_email_change(user, other.email, by=GUEST)
    change = request_email_change(user, f"new{user.pk}@reader.example", by=GUEST)
    complete_email_change(user, change_code(change), by=GUEST)


def _extras(booked: Appointment, who: PersonalDetails) -> None:
    """The thank-you as after a completed appointment; tests of its rules are elsewhere."""
    with transaction.atomic():
        enqueue(
            "thank_you",
            key=f"thank_you:{booked.public_id}",
            to=who.email,
            to_name=who.name,
            appointment=booked,
        )
    request_email_code(who.email, by=GUEST)
    send_test_mail("owner@clinic.example")
    _comments()
    subject, body = get_wording(BOOKED)
    send_sample_notification(BOOKED, subject=subject, body=body, to="owner@clinic.example")


def _comments() -> None:
    """Queue the morning mail to editors."""
    StaffRoleFactory(role=Role.EDITOR)
    CommentFactory()
    assert notify_editors(at(9, day=date(2026, 11, 23))) == 1


def _family(booked: Appointment, who: PersonalDetails) -> None:
    """Queue the mails to somebody who acts for the patient of an appointment."""
    grant = ProxyFactory(patient=booked.patient, actor__name=who.name)
    asker = Actor(ActorType.PATIENT, grant.actor)
    ask_adult(who.name, who.email, grant.permissions, by=asker)
    event = booked.events.get(kind="booked")
    with transaction.atomic():
        occasion = MailOccasion("booked", f"booked:{event.pk}", booked, booked.ends_at)
        enqueue_all(build_copies(occasion))
        notify_agreed(grant)
        notify_review_ahead(grant, "first_age", THURSDAY)
    _invitations(grant, asker)


def _invitations(grant: Proxy, asker: Actor) -> None:
    """Queue the mails about an invitation, and about a record that was taken over."""
    record = PatientFactory(user=grant.actor, name=grant.actor.name, email=grant.actor.email)
    invite("helper@mail.example", record, GrantTerms(grant.permissions), by=asker)
    takeover = RecordTakeover.objects.create(
        user=grant.actor, born_on=date(2010, 5, 1), closes_at=clock.now() + timedelta(days=1)
    )
    with transaction.atomic():
        notify_accepted(grant)
        notify_taken_over(takeover)
        notify_grown_up(grant)


def complete(appointment: Appointment, ago: timedelta) -> None:
    """Mark an appointment as completed, as if it had ended `ago`."""
    start = appointment.starts_at.astimezone()
    Appointment.objects.filter(pk=appointment.pk).update(
        status=Status.COMPLETED,
        starts_at=start - ago,
        ends_at=start - ago + timedelta(hours=1),
        blocked_until=start - ago + timedelta(hours=1, minutes=15),
    )
