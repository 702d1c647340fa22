"""What a visitor is told when the database is away, or somebody else holds a lock."""

import sqlite3

import psycopg2.errors
import pytest
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from booking.errors import ChangeInProgress, SlotTaken
from clinic.middleware import DatabaseErrorMiddleware
from tests.html import assert_valid, text_of

pytestmark = pytest.mark.postgresql


class LockTimeout(psycopg2.errors.LockNotAvailable):
    pgcode = "55P03"


class DiskFull(psycopg2.errors.DiskFull):
    pgcode = "53100"


class SqliteError(sqlite3.OperationalError):
    def __init__(self, code: int) -> None:
        super().__init__("of SQLite")
        self.sqlite_errorcode = code


def caused_by(cause: Exception, kind: type[Exception] = OperationalError) -> Exception:
    error = kind(str(cause))
    error.__cause__ = cause
    return error


def answer_to(error: Exception) -> HttpResponse | None:
    def view(_request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    return DatabaseErrorMiddleware(view).process_exception(RequestFactory().post("/"), error)


@pytest.mark.parametrize(
    "error",
    [
        ChangeInProgress(),
        caused_by(LockTimeout()),
        caused_by(SqliteError(sqlite3.SQLITE_BUSY)),
        caused_by(SqliteError(sqlite3.SQLITE_BUSY_SNAPSHOT)),
    ],
)
def test_a_lock_that_somebody_else_holds_is_a_conflict_to_try_again(error: Exception) -> None:
    answer = answer_to(error)
    assert answer is not None
    assert (answer.status_code, answer["Retry-After"]) == (409, "5")
    assert answer["Cache-Control"] == "no-store"
    page = text_of(assert_valid(answer.content.decode()))
    assert "This is being changed by somebody else right now." in page


@pytest.mark.parametrize(
    "error",
    [
        caused_by(psycopg2.OperationalError("could not connect to server")),
        caused_by(psycopg2.InterfaceError("connection already closed"), InterfaceError),
        caused_by(SqliteError(sqlite3.SQLITE_CANTOPEN)),
    ],
)
def test_a_lost_connection_is_a_short_rest(error: Exception) -> None:
    answer = answer_to(error)
    assert answer is not None
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")


@pytest.mark.parametrize(
    "error", [caused_by(DiskFull()), caused_by(SqliteError(sqlite3.SQLITE_ERROR)), SlotTaken()]
)
def test_anything_else_is_no_matter_of_waiting(error: Exception) -> None:
    assert answer_to(error) is None
