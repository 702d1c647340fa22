"""A clinic, its backup, and empty places to restore it."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from booking.features.backups.actions.make_backup import make_backup
from booking.models import Notification
from clinic.lib.dates import clock
from tests.booking.features.backups import places
from tests.booking.features.backups.places import NewPlace
from tests.conftest import MONDAY_NOON
from tests.factories import (
    AppointmentFactory,
    AuditEntryFactory,
    CommentFactory,
    FaqFactory,
    NotificationFactory,
    PaymentFactory,
    ScreeningFactory,
    UserFactory,
)
from tests.people import add_recovery_codes
from tests.scene import make_weekday_clinic

MARKER = "heliotrope knee"
"""Planted where health data is."""
WAITING = "waiting-when-backed-up"


def make_clinic() -> None:
    """Rows with every kind of value, in tables that point at each other, and a file."""
    scene = make_weekday_clinic()
    now = clock.now()
    appointment = AppointmentFactory(
        option=scene.option,
        therapist=scene.therapist,
        room=scene.rooms[0],
        patient_note=MARKER,
        event__told=True,
        patient__name="Ünal Ó Briain 李",
    )
    ScreeningFactory(appointment=appointment, patient=appointment.patient)
    NotificationFactory(
        kind="reminder",
        key=WAITING,
        appointment=appointment,
        due_at=now + timedelta(hours=1),
        data=MARKER,
    )
    NotificationFactory(key="sent", status=Notification.Status.SENT, sent_at=now)
    PaymentFactory(appointment=appointment)
    AuditEntryFactory(details={"b": [1, None, "é"], "a": True})
    add_recovery_codes(UserFactory())
    FaqFactory()
    CommentFactory(text=MARKER)
    default_storage.save("images/one/400.webp", ContentFile(b"picture" * 1000))
    default_storage.save("two.txt", ContentFile(b""))


@pytest.fixture(scope="module")
def backup(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A backup of a clinic in the tested database, made on Monday noon."""
    folder = tmp_path_factory.mktemp("source")
    with (
        django_db_blocker.unblock(),
        override_settings(CLINIC_CLOCK=MONDAY_NOON),
        places.new_tested(folder) as database,
        places.at(database, folder / "media"),
    ):
        make_clinic()
        make_backup(folder / "backup.zip")
    return folder / "backup.zip"


@pytest.fixture
def new_place(
    tmp_path: Path, django_db_blocker: DjangoDbBlocker, django_db_setup: None
) -> Iterator[NewPlace]:
    """Return blocks in which the default database and MEDIA_ROOT are empty ones.

    They are of the kind that is tested, or with `sqlite=True` SQLite.
    """
    with django_db_blocker.unblock(), ExitStack() as stack:
        number = 0

        def make(*, sqlite: bool = False) -> AbstractContextManager[None]:
            nonlocal number
            number += 1
            database: Mapping[str, Any]
            if sqlite:
                database = places.new_sqlite(tmp_path)
            else:
                database = stack.enter_context(places.new_tested(tmp_path))
            return places.at(dict(database), tmp_path / f"media-{number}")

        yield make
