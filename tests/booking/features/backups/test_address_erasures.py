"""Somebody without a record is erased, and erased again after a restore, by the address alone."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.models import Model
from pytest_django import Settings

from articles.models import Comment
from booking.features.backups.actions.make_backup import make_backup
from booking.features.backups.management.commands.restore import describe
from booking.features.proxies.models import Basis, ProxyInvitation, ProxyRequest
from booking.models import Invitation, User
from clinic.lib.dates import clock
from tests import factories as make
from tests.booking.features.backups.places import NewPlace, restore
from tests.booking.features.privacy.whole_person import places_of
from tests.factories.articles import CommentFactory
from tests.people import patient_user

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]
MARKER = "qzxreader"
EMAIL = f"{MARKER}@mail.example"


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    """The folder of the backups, with the list of erasures."""
    settings.BACKUP_DIR = tmp_path / "backups"
    settings.BACKUP_DIR.mkdir()
    return tmp_path / "backups"


def write_and_back_up(file: Path) -> None:
    """Back up a comment, an account and a mail of a reader, who never booked, and of another."""
    make.ClinicProfileFactory()
    CommentFactory(email=EMAIL, name=f"Ana {MARKER}", text=f"{MARKER} helped me")
    CommentFactory(email="zed@mail.example", name="Zed", text="Thank you")
    patient_user(email=EMAIL, name=f"Ana {MARKER}")
    patient_user(email="zed@mail.example", name="Zed")
    make.NotificationFactory(kind="sign-in", to_email=EMAIL, to_name=MARKER)
    make_backup(file)


def invite_and_back_up(file: Path) -> None:
    """Back up invitations to the team and to act for Zed, and a request, to a reader and others."""
    make.ClinicProfileFactory()
    zed = patient_user(email="zed@mail.example", name="Zed")
    patient = make.PatientFactory(name="Zed", email="zed@mail.example", user=zed)
    make.NotificationFactory(kind="sign-in", to_email=EMAIL, to_name=MARKER)
    for email in (EMAIL, "other@mail.example"):
        in_two_weeks = clock.now() + timedelta(days=14)
        Invitation.objects.create(
            email=email.replace("mail", "Mail"),
            name=email,
            token_hash=f"hash for {email}",
            expires_at=in_two_weeks,
        )
        asked = {"email": email, "closes_at": in_two_weeks, "may_book": True}
        ProxyInvitation.objects.create(
            patient=patient, invited_by=zed, token_hash=f"hash of {email}", **asked
        )
        ProxyRequest.objects.create(actor=zed, name=email, basis=Basis.CONSENT, **asked)
    make_backup(file)


def wait_an_hour(settings: Settings) -> None:
    settings.CLINIC_CLOCK = clock.now() + timedelta(hours=1)


def test_what_comes_back_with_a_backup_is_erased_again(
    folder: Path, new_place: NewPlace, settings: Settings
) -> None:
    backup, listed = folder / "backup.zip", folder / "erasures.log"
    with new_place():
        write_and_back_up(backup)
        wait_an_hour(settings)
        call_command("erase_patient", EMAIL, "--yes")
        left = places_of(MARKER)
    with new_place():
        restore(backup)
        without = places_of(MARKER)
    with new_place():
        report = restore(backup, erasures=listed)
        with_list = places_of(MARKER)
        others = (Comment.objects.count(), User.objects.filter(name="Zed").count())

    assert left == with_list == set()
    assert MARKER not in listed.read_text()
    assert {"articles.Comment", "booking_user", "booking_message"} <= without
    assert others == (1, 1)
    assert report.erased_rows == 3
    assert "3 comments, mails, invitations and accounts under addresses" in " ".join(
        describe(report)
    )


def test_invitations_that_come_back_with_a_backup_are_erased_again(
    folder: Path, new_place: NewPlace, settings: Settings
) -> None:
    models: tuple[type[Model], ...] = (Invitation, ProxyInvitation, ProxyRequest)
    backup, listed = folder / "backup.zip", folder / "erasures.log"
    with new_place():
        invite_and_back_up(backup)
        wait_an_hour(settings)
        call_command("erase_patient", EMAIL, "--yes")
        left = places_of(MARKER)
    with new_place():
        restore(backup)
        without = places_of(MARKER)
    with new_place():
        report = restore(backup, erasures=listed)
        with_list = places_of(MARKER)
        others = [model._default_manager.count() for model in models]

    assert left == with_list == set()
    assert {model._meta.db_table for model in models} <= without
    assert others == [1, 1, 1]
    assert report.erased_rows == 4
    assert "4 comments, mails, invitations and accounts" in " ".join(describe(report))


def test_who_came_back_keeps_what_is_newer_than_the_erasure(
    folder: Path, new_place: NewPlace, settings: Settings
) -> None:
    newer = folder / "newer.zip"
    with new_place():
        write_and_back_up(folder / "backup.zip")
        wait_an_hour(settings)
        call_command("erase_patient", EMAIL, "--yes")
        wait_an_hour(settings)
        CommentFactory(email=EMAIL, name=f"Ana {MARKER}", text="I am back")
        make_backup(newer)
    with new_place():
        report = restore(newer, erasures=folder / "erasures.log")
        texts = {str(row.text) for row in Comment.objects.all()}

    assert report.erased_rows == 0
    assert texts == {"Thank you", "I am back"}
