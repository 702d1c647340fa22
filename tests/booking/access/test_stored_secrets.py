"""One read of the database, or of a backup, opens nothing."""

from datetime import timedelta
from importlib import import_module

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django import Settings

from booking.access.second_factor import consume_totp_code
from booking.access.second_factor_secrets import decrypt_secret, encrypt_secret
from booking.actions.staff.calendar_feeds import create_feed
from booking.actions.staff.invitations import invite_staff
from booking.models import CalendarFeed, Invitation, Role, Screening
from clinic.lib.crypto import cipher
from clinic.lib.crypto.encrypted_field import Ciphertext
from tests.booking.access.test_sign_in_by_code import ask, mailed_code
from tests.booking.health.test_health_secrets import everything_stored
from tests.factories import ScreeningFactory, TherapistFactory
from tests.jobs import run_all_jobs
from tests.people import (
    SECRET,
    add_app,
    add_recovery_codes,
    app_code,
    browser_of,
    member,
    patient_user,
    second_step,
    sign_in,
)

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

MIGRATION = import_module("booking.migrations.0020_secrets_at_rest")
UNREADABLE = Ciphertext("v1.00000000.AAAA")
OTHER_KEY = "another key for the tests, long enough to pass"


def test_nothing_that_opens_something_is_stored_as_it_is(client: Client) -> None:
    ask(client)
    staff = member(Role.OWNER)
    secrets = {
        "session": browser_of(staff).cookies["session"].value,
        "session of somebody who asked for a code": client.cookies["session"].value,
        "code": mailed_code(),
        "invitation": invite_staff("new@clinic.example", [Role.EDITOR]).rstrip("/").split("/")[-1],
        "feed": create_feed(TherapistFactory()),
        "secret of the app": SECRET,
        "recovery code": add_recovery_codes(staff)[0],
    }
    stored = everything_stored()

    assert Session.objects.count() == 2
    assert [name for name, secret in secrets.items() if secret.encode() in stored] == []


def test_a_row_of_the_session_table_is_no_cookie(client: Client) -> None:
    browser_of(member(Role.OWNER))
    client.cookies["session"] = Session.objects.get().session_key

    assert client.get("/desk/")["Location"].startswith("/accounts/login/")


def test_a_second_factor_copied_to_another_user_opens_nothing(client: Client) -> None:
    mine, theirs = member(Role.FRONTDESK), member(Role.OWNER)
    app = Authenticator.objects.get(user=mine)
    Authenticator.objects.filter(user=theirs).update(data=app.data)
    sign_in(client, theirs)

    assert second_step(client, app_code()).status_code == 422
    assert consume_totp_code(mine.pk, app_code()) is not None


def test_a_lost_key_leaves_an_app_wrong_and_no_error(client: Client, settings: Settings) -> None:
    user = member(Role.FRONTDESK)
    codes = add_recovery_codes(user)
    settings.FIELD_KEYS = [OTHER_KEY]
    sign_in(client, user)

    assert second_step(client, app_code()).status_code == 422
    assert second_step(client, codes[0]).status_code == 422


def test_the_migration_binds_the_secrets_that_are_there_to_their_users() -> None:
    user, unreadable = patient_user(), patient_user()
    for row in (add_app(user), add_app(unreadable)):
        row.data["secret"] = cipher.encrypt(
            SECRET, associated_data="mfa_authenticator.data", secrets=django_settings.FIELD_KEYS
        )
        row.save()
    broken = encrypt_secret(SECRET, 0)
    Authenticator.objects.filter(user=unreadable).update(data={"secret": broken})
    MIGRATION.bind_secrets(apps, None)
    row = Authenticator.objects.get(user=user)

    assert decrypt_secret(row.data["secret"], user.pk) == SECRET
    assert Authenticator.objects.get(user=unreadable).data == {"secret": broken}
    MIGRATION.unbind_secrets(apps, None)
    assert consume_totp_code(user.pk, app_code()) is None
    MIGRATION.bind_secrets(apps, None)
    assert consume_totp_code(user.pk, app_code()) is not None


def test_the_migration_pads_the_answers_that_are_there() -> None:
    rows = [ScreeningFactory(), ScreeningFactory()]
    field = Screening._meta.get_field("record_json")
    for row in rows:
        encrypted = cipher.encrypt(
            row.record_json,
            associated_data=field.associated_data(row),
            secrets=django_settings.FIELD_KEYS,
        )
        Screening.objects.filter(pk=row.pk).update(record_json=Ciphertext(encrypted))
    Screening.objects.filter(pk=rows[1].pk).update(record_json=UNREADABLE)
    MIGRATION.encrypt_answers_again(apps, None)
    read = Screening.objects.get(pk=rows[0].pk)

    assert read.__dict__["record_json"].startswith("v2.")
    assert read.record_json == rows[0].record_json
    assert Screening.objects.get(pk=rows[1].pk).__dict__["record_json"] == UNREADABLE


def test_what_has_ended_is_deleted_after_thirty_days(settings: Settings) -> None:
    therapist = TherapistFactory()
    invite_staff("new@clinic.example", [Role.EDITOR])
    create_feed(therapist)
    create_feed(therapist)
    settings.CLINIC_CLOCK += timedelta(days=29)
    assert swept(run_all_jobs()) == (0, 0)
    settings.CLINIC_CLOCK += timedelta(days=9)

    assert swept(run_all_jobs()) == (1, 1)
    assert not Invitation.objects.exists()
    assert CalendarFeed.objects.get().revoked_at is None


def swept(done: dict[str, int]) -> tuple[int, int]:
    return done["delete-invitations"], done["delete-feeds"]


def test_nobody_stays_signed_in_by_a_session_that_was_stored_as_it_is() -> None:
    browser_of(patient_user())
    MIGRATION.end_sessions(apps, None)

    assert not Session.objects.exists()
