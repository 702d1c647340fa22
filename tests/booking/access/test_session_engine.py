"""Sessions are stored so that a copy of the database opens none of them."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from booking.access.session_engine import SessionStore, delete_expired_sessions

pytestmark = pytest.mark.django_db

OLD_KEY, NEW_KEY = "an older key of the links, long enough", "a newer key of the links, long enough"


def stored_session(**data: str) -> SessionStore:
    session = SessionStore()
    session.update(data)
    session.save()
    return session


def test_a_session_is_found_again_by_its_key() -> None:
    key = stored_session(code="ABC-DEF").session_key

    assert SessionStore(key).load() == {"code": "ABC-DEF"}
    assert SessionStore().exists(key)


def test_the_stored_row_holds_neither_the_key_nor_the_data() -> None:
    session = stored_session(code="ABC-DEF")
    row = Session.objects.get()

    assert str(session.session_key) not in f"{row.session_key} {row.session_data}"
    assert "ABC-DEF" not in row.session_data
    with pytest.raises(signing.BadSignature):
        signing.loads(row.session_data, salt=session.key_salt)


def test_what_the_database_holds_opens_no_session() -> None:
    stored_session(code="ABC-DEF")

    assert SessionStore(Session.objects.get().session_key).load() == {}


def test_data_moved_into_another_row_opens_no_session() -> None:
    mine, theirs = stored_session(name="Ana"), stored_session(name="Ben")
    rows = {row.pk: row.session_data for row in Session.objects.all()}
    for pk, data in zip(rows, reversed(rows.values()), strict=True):
        Session.objects.filter(pk=pk).update(session_data=data)

    assert [SessionStore(session.session_key).load() for session in (mine, theirs)] == [{}, {}]


def test_sessions_outlive_a_change_of_keys_until_the_old_one_goes(settings: Settings) -> None:
    settings.LINK_KEYS = [OLD_KEY]
    key = stored_session(name="Ana").session_key
    settings.LINK_KEYS = [NEW_KEY, OLD_KEY]
    session = SessionStore(key)
    session["name"] = "Ana Reader"
    session.save()

    assert SessionStore(key).load() == {"name": "Ana Reader"}
    assert Session.objects.count() == 1
    settings.LINK_KEYS = [NEW_KEY]
    assert SessionStore(key).load() == {}


def test_a_lost_field_key_ends_sessions_without_an_error(settings: Settings) -> None:
    key = stored_session(name="Ana").session_key
    settings.FIELD_KEYS = ["another key for the fields, long enough"]

    assert SessionStore(key).load() == {}


def test_a_new_key_keeps_the_data_and_ends_the_old_one() -> None:
    session = stored_session(name="Ana")
    old = session.session_key
    session.cycle_key()
    session.save()

    assert SessionStore(session.session_key).load() == {"name": "Ana"}
    assert SessionStore(old).load() == {}
    session.flush()
    assert not Session.objects.exists()


def test_a_session_costs_no_more_queries_than_djangos() -> None:
    key = stored_session(name="Ana").session_key
    with CaptureQueriesContext(connection) as queries:
        session = SessionStore(key)
        session["name"] = "Ana Reader"
        session.save()
    statements = [query["sql"].split()[0] for query in queries.captured_queries]

    assert statements.count("SELECT") == statements.count("UPDATE") == 1


def test_sessions_that_have_ended_are_deleted_and_open_nothing() -> None:
    ended, running = stored_session(name="Ana"), stored_session(name="Ben")
    now = timezone.now()
    first = Session.objects.get(pk=ended.create_model_instance({}).pk)
    Session.objects.filter(pk=first.pk).update(expire_date=now - timedelta(seconds=1))

    assert SessionStore(ended.session_key).load() == {}
    assert delete_expired_sessions(now) == 1
    assert SessionStore(running.session_key).load() == {"name": "Ben"}
