"""Changing the e-mail address: a code to the new one, and a way back for the old one."""

from datetime import datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django import Settings

from booking.actions.actor import Actor, ActorType
from booking.actions.patients import change_email
from booking.actions.patients.change_email import (
    complete_email_change,
    delete_old_email_changes,
    request_email_change,
    undo_email_change,
)
from booking.errors import (
    EmailChangeEnded,
    OldAddressInUse,
    RateLimitExceeded,
    SameEmailAddress,
    WrongEmailCode,
)
from booking.models import (
    AuditEntry,
    EmailChange,
    Notification,
    Patient,
    Role,
    User,
    UserSession,
)
from booking.models.email_changes import CODE_VALID_FOR, UNDO_PERIOD
from booking.notifications.rendering import render
from booking.queries.patients.email_changes import change_code, undo_token
from booking.queries.patients.proven_emails import mailbox_hash
from clinic.lib.dates import clock
from tests import factories as make
from tests.people import member, patient_user

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock", "clinic"),
    pytest.mark.postgresql,
]
OLD, NEW = "old@mail.example", "new@mail.example"
ANYBODY = Actor.guest("192.0.2.9")


@pytest.fixture
def clinic() -> None:
    make.ClinicProfileFactory()


@pytest.fixture
def user() -> User:
    account = patient_user(email=OLD)
    make.PatientFactory(user=account, email=OLD, undeliverable_since=clock.now())
    return account


def by(user: User) -> Actor:
    return Actor(ActorType.PATIENT, user, "192.0.2.7")


def ask(user: User, email: str = NEW) -> EmailChange:
    return request_email_change(user, email, by=by(user))


def change(user: User, email: str = NEW) -> EmailChange:
    return complete_email_change(user, change_code(ask(user, email)), by=by(user))


def addresses(user: User) -> tuple[str, str]:
    user.refresh_from_db()
    return user.email, Patient.objects.get(user=user).email


def test_the_code_that_is_mailed_to_the_new_address_changes_it(user: User) -> None:
    asked = ask(user)
    mail = Notification.objects.get(kind="email_change_code")

    assert mail.to_email == NEW
    assert change_code(asked) in render(mail).text
    complete_email_change(user, f" {change_code(asked)} ", by=by(user))
    assert addresses(user) == (NEW, NEW)
    assert Patient.objects.get(user=user).undeliverable_since is None


def test_the_old_address_is_told_and_does_not_learn_the_new_one(user: User) -> None:
    done = change(user)
    mail = Notification.objects.get(kind="email_changed")
    text = render(mail).text

    assert mail.to_email == OLD
    assert undo_token(done) in text
    assert NEW not in text


def test_waiting_mails_follow_and_old_links_end(user: User) -> None:
    appointment = make.AppointmentFactory(patient=user.patient)
    version = appointment.link_version
    change(user)
    appointment.refresh_from_db()

    assert appointment.link_version == version + 1


def test_a_change_and_its_request_leave_entries(user: User) -> None:
    change(user)
    entries = AuditEntry.objects.filter(object_type="email_address").order_by("pk")

    assert list(entries.values_list("action", "user", "patient_pk")) == [
        ("sent", user.pk, user.patient.pk),
        ("changed", user.pk, user.patient.pk),
    ]


def test_an_address_with_an_account_gets_the_same_answer_and_a_mail_without_a_code(
    user: User,
) -> None:
    other = make.PatientFactory(user=patient_user(email=NEW), email=NEW)
    asked = ask(user)
    mail = Notification.objects.get(to_email=NEW)

    assert mail.kind == "email_change_refused"
    assert change_code(asked) not in render(mail).text
    with pytest.raises(WrongEmailCode):
        complete_email_change(user, change_code(asked), by=by(user))
    assert addresses(user) == (OLD, OLD)
    assert other.email == NEW


def test_nobody_takes_the_address_of_staff(user: User) -> None:
    staff = member(app=False, email=NEW)
    with pytest.raises(WrongEmailCode):
        change(user)

    assert User.objects.get(pk=staff.pk).email == NEW


def test_an_account_that_was_never_used_gives_its_address_up(user: User) -> None:
    empty = patient_user(email=NEW)
    change(user)
    empty.refresh_from_db()

    assert addresses(user) == (NEW, NEW)
    assert (empty.is_active, empty.email.endswith("@invalid.example")) == (False, True)


@pytest.mark.parametrize("code", ["000000", "", "12345"])
def test_a_wrong_code_changes_nothing(code: str, user: User) -> None:
    ask(user)
    with pytest.raises(WrongEmailCode):
        complete_email_change(user, code, by=by(user))

    assert addresses(user) == (OLD, OLD)


def test_a_code_is_valid_for_a_quarter_of_an_hour_and_only_the_newest_counts(
    user: User, settings: Settings, frozen_clock: datetime
) -> None:
    first = ask(user)
    second = ask(user, "third@mail.example")
    with pytest.raises(WrongEmailCode):
        complete_email_change(user, change_code(first), by=by(user))
    settings.CLINIC_CLOCK = frozen_clock + CODE_VALID_FOR
    with pytest.raises(WrongEmailCode):
        complete_email_change(user, change_code(second), by=by(user))


def test_a_code_cannot_be_guessed(user: User, settings: Settings) -> None:
    settings.ABUSE_LIMITS = True
    asked = ask(user)
    for _ in range(5):
        with pytest.raises(WrongEmailCode):
            complete_email_change(user, "nonsense", by=by(user))
    with pytest.raises(RateLimitExceeded):
        complete_email_change(user, change_code(asked), by=by(user))


def test_the_same_address_again_is_no_change(user: User) -> None:
    with pytest.raises(SameEmailAddress):
        ask(user, " OLD@mail.example ")


def test_the_old_address_takes_it_back_and_everybody_is_signed_out(user: User) -> None:
    Client().force_login(user)
    done = change(user)
    Authenticator.objects.create(user=user, type="webauthn", data={})
    make.CalendarFeedFactory(therapist=None, patient=user.patient)
    undo_email_change(undo_token(done), by=ANYBODY)

    assert addresses(user) == (OLD, OLD)
    assert not UserSession.objects.filter(user=user).exists()
    assert not Authenticator.objects.filter(user=user).exists()
    assert not user.patient.feeds.filter(revoked_at=None).exists()
    with pytest.raises(EmailChangeEnded):
        undo_email_change(undo_token(done), by=ANYBODY)


def sessions_of(user: User) -> list[str]:
    return list(UserSession.objects.filter(user=user).values_list("row_key", flat=True))


def test_the_change_signs_out_the_other_devices_if_asked_to(user: User) -> None:
    Client().force_login(user)
    Client().force_login(user)
    here, there = sessions_of(user)
    asked = ask(user)
    complete_email_change(user, change_code(asked), by=by(user), end_others_but=here)

    assert sessions_of(user) == [here]
    assert not Session.objects.filter(session_key=there).exists()


def test_a_wrong_code_signs_nobody_out(user: User) -> None:
    Client().force_login(user)
    ask(user)
    with pytest.raises(WrongEmailCode):
        complete_email_change(user, "000000", by=by(user), end_others_but="here")

    assert len(sessions_of(user)) == 1


def test_it_takes_back_what_was_changed_after_it_too(user: User) -> None:
    first = change(user)
    second = change(user, "third@mail.example")
    undo_email_change(undo_token(first), by=ANYBODY)

    assert addresses(user) == (OLD, OLD)
    with pytest.raises(EmailChangeEnded):
        undo_email_change(undo_token(second), by=ANYBODY)


def test_an_old_address_that_somebody_uses_by_now_stays_theirs(user: User) -> None:
    done = change(user)
    make.PatientFactory(user=patient_user(email=OLD))

    with pytest.raises(OldAddressInUse):
        undo_email_change(undo_token(done), by=ANYBODY)


def test_signing_in_with_the_old_address_meanwhile_does_not_prevent_it(user: User) -> None:
    done = change(user)
    patient_user(email=OLD)
    undo_email_change(undo_token(done), by=ANYBODY)

    assert addresses(user) == (OLD, OLD)


def test_the_way_back_ends_after_two_weeks_and_leaves_no_addresses(
    user: User, settings: Settings, frozen_clock: datetime
) -> None:
    done = change(user)
    settings.CLINIC_CLOCK = frozen_clock + UNDO_PERIOD
    with pytest.raises(EmailChangeEnded):
        undo_email_change(undo_token(done), by=ANYBODY)

    assert delete_old_email_changes(frozen_clock + 2 * UNDO_PERIOD + timedelta(hours=1)) == 1


def test_the_link_asks_first_and_then_says_what_has_happened(user: User) -> None:
    address, client = f"/email-changes/{undo_token(change(user))}/", Client()

    assert b"Restore my old address" in client.get(address).content
    assert addresses(user) == (NEW, NEW)
    assert b"old address is back" in client.post(address).content
    assert b"old address is back" in client.get(address).content
    assert client.get("/email-changes/nothing/").status_code == 404
    assert mailbox_hash(NEW) != mailbox_hash(OLD)


def test_one_account_does_not_mail_many_strangers(user: User, settings: Settings) -> None:
    settings.ABUSE_LIMITS = True
    for number in range(10):
        request_email_change(user, f"stranger{number}@mail.example", by=by(user))

    with pytest.raises(RateLimitExceeded):
        request_email_change(user, "stranger@mail.example", by=by(user))
    assert Notification.objects.filter(kind="email_change_code").count() == 10


class TestTwoAtOnce:
    """Another account gets the address after this one has looked whether it is free."""

    @pytest.fixture(autouse=True)
    def _looked_before(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(change_email, "_is_taken", lambda *_: False)

    def test_a_code_is_refused_and_nothing_changes(self, user: User) -> None:
        change = request_email_change(user, NEW, by=ANYBODY)
        member(Role.THERAPIST, email=NEW)

        with pytest.raises(WrongEmailCode):
            complete_email_change(user, change_code(change), by=ANYBODY)
        user.refresh_from_db()
        assert user.email == OLD

    def test_a_way_back_is_refused_and_nothing_changes(self, user: User) -> None:
        change = request_email_change(user, NEW, by=ANYBODY)
        complete_email_change(user, change_code(change), by=ANYBODY)
        member(Role.THERAPIST, email=OLD)

        with pytest.raises(OldAddressInUse):
            undo_email_change(undo_token(change), by=ANYBODY)
        user.refresh_from_db()
        assert user.email == NEW
