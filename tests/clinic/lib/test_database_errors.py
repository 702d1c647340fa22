"""Answers to database errors: outages, locks, full disks."""

import json
import sqlite3
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID
from xml.etree.ElementTree import Element

import psycopg2.errors
import pytest
from django.db import DatabaseError, InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from booking.errors import ChangeInProgress, SlotTaken
from clinic.lib import database_errors
from clinic.middleware import DatabaseErrorMiddleware
from tests.html import assert_valid, attribute, text_of

pytestmark = pytest.mark.postgresql


class LockTimeout(psycopg2.errors.LockNotAvailable):
    pgcode = "55P03"


class DiskFull(psycopg2.errors.DiskFull):
    pgcode = "53100"


class ReadOnly(psycopg2.errors.ReadOnlySqlTransaction):
    pgcode = "25006"


class Cancelled(psycopg2.errors.QueryCanceled):
    pgcode = "57014"


class SqliteError(sqlite3.OperationalError):
    def __init__(self, code: int) -> None:
        super().__init__("of SQLite")
        self.sqlite_errorcode = code


def caused_by(cause: Exception, kind: type[Exception] = OperationalError) -> Exception:
    error = kind(str(cause))
    error.__cause__ = cause
    return error


def answer_to(
    error: Exception, request: HttpRequest | None = None, *, has_valid_token: bool = True
) -> HttpResponse | None:
    def view(_request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    request = request or RequestFactory().post("/")
    if has_valid_token:  # as CsrfViewMiddleware says it
        request.csrf_processing_done = True
    return DatabaseErrorMiddleware(view).process_exception(request, error)


def page_for(request: HttpRequest) -> Element:
    """Return the page for somebody whose request met a lock."""
    answer = answer_to(ChangeInProgress(), request)
    assert answer is not None
    return assert_valid(answer.content.decode())


@pytest.mark.parametrize(
    "error",
    [
        ChangeInProgress(),
        caused_by(LockTimeout()),
        caused_by(SqliteError(sqlite3.SQLITE_BUSY)),
        caused_by(SqliteError(sqlite3.SQLITE_BUSY_SNAPSHOT)),
        caused_by(SqliteError(sqlite3.SQLITE_BUSY_RECOVERY)),
        caused_by(SqliteError(sqlite3.SQLITE_PROTOCOL)),
        caused_by(SqliteError(sqlite3.SQLITE_SCHEMA)),
    ],
)
def test_a_held_lock_is_answered_with_409_to_try_again(error: Exception) -> None:
    answer = answer_to(error)
    assert answer is not None
    assert (answer.status_code, answer["Retry-After"]) == (409, "5")
    assert answer["Cache-Control"] == "no-store"
    page = text_of(assert_valid(answer.content.decode()))
    assert "This is being changed by somebody else right now." in page


def test_the_form_can_be_sent_again_with_one_click() -> None:
    sent = urlencode([("name", "Ana <Reader>"), ("accepted", "a"), ("accepted", "b")])
    kind = "application/x-www-form-urlencoded"
    page = page_for(RequestFactory().post("/desk/book/?day=1", sent, content_type=kind))

    assert attribute(page, "form", "action", method="post") == ["/desk/book/?day=1"]
    assert attribute(page, "input", "value", name="name") == ["Ana <Reader>"]
    assert attribute(page, "input", "value", name="accepted") == ["a", "b"]
    assert attribute(page, "input", "type", name="csrfmiddlewaretoken") == ["hidden"]
    assert "Leave it, back to the desk" in text_of(page)


@pytest.mark.parametrize(
    "request_",
    [
        RequestFactory().get("/desk/"),
        RequestFactory().post("/desk/import/patients/", {"name": "a file"}),
        RequestFactory().post(
            "/accounts/login/",
            "login=a&password=secret",
            content_type="application/x-www-form-urlencoded",
        ),
    ],
    ids=["nothing was sent", "a file", "a password"],
)
def test_requests_that_cannot_be_repeated_offer_no_form(request_: HttpRequest) -> None:
    page = page_for(request_)

    assert attribute(page, "form", "action") == []
    assert "go back and try again" in text_of(page)


@pytest.mark.parametrize(
    "error",
    [
        caused_by(psycopg2.OperationalError("could not connect to server")),
        caused_by(psycopg2.InterfaceError("connection already closed"), InterfaceError),
        caused_by(psycopg2.DatabaseError("server closed the connection"), DatabaseError),
        caused_by(SqliteError(sqlite3.SQLITE_CANTOPEN)),
        caused_by(SqliteError(sqlite3.SQLITE_IOERR_SHORT_READ)),
    ],
)
def test_a_lost_connection_is_answered_with_503(error: Exception) -> None:
    answer = answer_to(error)
    assert answer is not None
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")


@pytest.mark.parametrize(
    "error",
    [
        caused_by(DiskFull()),
        caused_by(ReadOnly(), InternalError),
        caused_by(SqliteError(sqlite3.SQLITE_FULL)),
        caused_by(SqliteError(sqlite3.SQLITE_READONLY)),
        caused_by(SqliteError(sqlite3.SQLITE_READONLY_RECOVERY)),
    ],
)
def test_a_full_disk_has_messages_for_patients_and_staff(error: Exception) -> None:
    answer = answer_to(error)
    assert answer is not None
    assert (answer.status_code, answer["Retry-After"]) == (503, "300")
    assert "Please call us instead." in text_of(assert_valid(answer.content.decode()))
    desk = answer_to(error, RequestFactory().post("/desk/book/"))
    assert desk is not None
    said = text_of(assert_valid(desk.content.decode()))
    assert "Please tell whoever looks after this site." in said


def test_a_statement_that_takes_too_long_says_so() -> None:
    answer = answer_to(caused_by(Cancelled()))
    assert answer is not None
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "This took too long, so we stopped." in text_of(assert_valid(answer.content.decode()))


@pytest.mark.parametrize(
    ("has_file", "sentence"), [(True, "Nothing can be saved"), (False, "back")]
)
def test_a_journal_that_cannot_be_made_is_no_absent_database(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, has_file: bool, sentence: str
) -> None:
    file = tmp_path / "clinic.sqlite3"
    monkeypatch.setattr(database_errors, "database_file", lambda: file if has_file else None)
    answer = answer_to(caused_by(SqliteError(sqlite3.SQLITE_CANTOPEN)))
    assert answer is not None
    assert sentence in text_of(assert_valid(answer.content.decode()))


def test_a_form_can_be_sent_again_after_an_outage() -> None:
    kind = "application/x-www-form-urlencoded"
    request = RequestFactory().post("/desk/book/", "name=Ana", content_type=kind)
    answer = answer_to(caused_by(SqliteError(sqlite3.SQLITE_CANTOPEN)), request)
    assert answer is not None
    page = assert_valid(answer.content.decode())
    assert attribute(page, "input", "value", name="name") == ["Ana"]
    assert "The desk will be back in a moment" in text_of(page)


def test_a_form_that_another_site_has_sent_is_not_offered_to_be_sent_again() -> None:
    kind = "application/x-www-form-urlencoded"
    request = RequestFactory().post("/desk/book/", "name=Ana", content_type=kind)
    answer = answer_to(caused_by(SqliteError(14)), request, has_valid_token=False)
    assert answer is not None
    assert "<form" not in answer.content.decode()


@pytest.mark.parametrize(
    ("error", "status"), [(ChangeInProgress(), 409), (caused_by(SqliteError(14)), 503)]
)
def test_programs_get_json(error: Exception, status: int) -> None:
    answer = answer_to(error, RequestFactory().get("/api/slots"))
    assert answer is not None
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/json")
    assert list(json.loads(answer.content)) == ["error"]


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        (
            f"/desk/appointments/{UUID(int=7)}/clearance/",
            "/desk/appointments/<uuid:public_id>/clearance/",
        ),
        ("/nowhere/ana@mail.example/", "an unknown address"),
    ],
)
def test_the_log_does_not_say_whose_page_failed(
    caplog: pytest.LogCaptureFixture, path: str, logged: str
) -> None:
    answer_to(caused_by(SqliteError(sqlite3.SQLITE_CANTOPEN)), RequestFactory().post(path))

    assert caplog.messages == [f"503 at POST {logged}: SqliteError"]


def test_expected_database_errors_are_logged_on_one_line(
    caplog: pytest.LogCaptureFixture,
) -> None:
    answer = answer_to(caused_by(psycopg2.OperationalError("no route to 10.0.0.7")))
    assert [record.getMessage() for record in caplog.records] == ["503 at POST /: OperationalError"]
    assert caplog.records[0].exc_info is None
    assert getattr(answer, "_has_been_logged", False)


def test_an_error_in_middleware_is_answered_like_one_in_a_view(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise caused_by(SqliteError(sqlite3.SQLITE_BUSY))

    monkeypatch.setattr("clinic.lib.http.access_marks.AccessMarkMiddleware.process_view", fail)
    client.raise_request_exception = False
    assert client.get("/about/").status_code == 409


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "status"),
    [
        (caused_by(SqliteError(sqlite3.SQLITE_BUSY)), 503),
        (caused_by(psycopg2.OperationalError("server closed the connection")), 503),
        (DatabaseError("Forced update did not affect any rows."), 409),
    ],
)
def test_a_session_that_cannot_be_saved_is_answered_like_other_database_errors(
    client: Client, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    """Django answers 400 to each of these, as if the request could not be read."""

    def fail(*_: object, **__: object) -> None:
        raise error

    session = client.session
    session["seen"] = "before"
    session.save()
    monkeypatch.setattr("django.contrib.sessions.models.Session.save", fail)
    monkeypatch.setattr(
        "clinic.lib.http.access_marks.AccessMarkMiddleware.process_view",
        lambda _self, request, *_: request.session.update({"seen": "now"}),
    )
    client.raise_request_exception = False
    answer = client.get("/about/")

    assert answer.status_code == status
    if status == 503:
        assert "may have been saved" in answer.content.decode()


@pytest.mark.parametrize(
    "error",
    [
        caused_by(SqliteError(sqlite3.SQLITE_ERROR)),
        DatabaseError("Save with update_fields did not affect any rows."),
        SlotTaken(),
    ],
)
def test_other_errors_are_not_handled(error: Exception) -> None:
    assert answer_to(error) is None
