"""Tell apart the reasons of a database error: others are in the way, or the database is away.

PostgreSQL gives SQLSTATE codes (https://www.postgresql.org/docs/current/errcodes-appendix.html),
SQLite primary result codes (https://www.sqlite.org/rescode.html).
"""

from django.db import DatabaseError, Error, InterfaceError, OperationalError

from clinic.lib.sqlite import database_file

DEADLOCK, SERIALIZATION_FAILURE, LOCK_NOT_AVAILABLE = "40P01", "40001", "55P03"
QUERY_CANCELED = "57014"
CONNECTION_LOST_CODES = ("08", "57P", "53300", "25P03")
"""Beginnings of codes: connection exceptions, a server that shuts down or starts, too many
connections, and a transaction that was idle for too long."""
CANNOT_WRITE_CODES = ("53100", "53200", "25006", "58030", "58P01")
"""Disk full, out of memory, a read-only transaction (a standby or a read-only server), and errors
of the server's disk."""
SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL = 5, 6, 15
"""The lock of the file, of a table, and of the journal WAL, which processes take in turn."""
SQLITE_SCHEMA = 17
"""Another process changes the tables, as an upgrade does."""
SQLITE_READONLY, SQLITE_IO_ERROR, SQLITE_FULL, SQLITE_CANNOT_OPEN = 8, 10, 13, 14


def is_transaction_conflict(error: Error) -> bool:
    """Whether the database gave up a transaction that may succeed when it is repeated."""
    is_conflict = _sqlstate(error) in (DEADLOCK, SERIALIZATION_FAILURE)
    return is_conflict or _sqlite_code(error) == SQLITE_SCHEMA


def is_lock_timeout(error: Error) -> bool:
    """Whether a lock that somebody else holds was not released in time."""
    return _sqlstate(error) == LOCK_NOT_AVAILABLE or _sqlite_code(error) in (
        SQLITE_BUSY,
        SQLITE_LOCKED,
        SQLITE_PROTOCOL,
    )


def is_statement_timeout(error: Error) -> bool:
    """Whether a statement took longer than it may, for work or for waiting."""
    return _sqlstate(error) == QUERY_CANCELED


def is_connection_lost(error: Exception) -> bool:
    """Whether the database could not be reached, or went away during the query."""
    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, Error) or not _can_mean_lost_connection(error):
        return False
    sqlite_code, sqlstate = _sqlite_code(error), _sqlstate(error)
    if sqlite_code is not None:
        return sqlite_code in (SQLITE_IO_ERROR, SQLITE_CANNOT_OPEN)
    # A connection that fails or breaks has no code: no server was there to send one.
    return not sqlstate or sqlstate.startswith(CONNECTION_LOST_CODES)


def cannot_write(error: Exception) -> bool:
    """Whether the database answers but can save nothing: a full disk, or one that is read-only."""
    if not isinstance(error, Error):
        return False
    code = _sqlite_code(error)
    if code == SQLITE_CANNOT_OPEN:  # the journal, on a disk that has become read-only
        return database_file() is not None
    return _sqlstate(error) in CANNOT_WRITE_CODES or code in (SQLITE_READONLY, SQLITE_FULL)


def describe_error(error: Error) -> str:
    """Return a description of why the database cannot do its work, for a log."""
    if cannot_write(error):
        return "The database cannot save: its disk is full, or it is read-only."
    if is_lock_timeout(error) or is_statement_timeout(error):
        return "The database is busy."
    if is_connection_lost(error):
        return "The database is away."
    return f"The database reports {type(error).__name__}."


def _can_mean_lost_connection(error: Error) -> bool:
    """Whether an error is an OperationalError, or of the base class.

    psycopg2 raises the class of all its errors when a connection ends in the middle of a statement.
    Django's own errors of that class have no cause.
    """
    is_of_base_class = type(error) is DatabaseError and error.__cause__ is not None
    return is_of_base_class or isinstance(error, OperationalError)


def _sqlstate(error: Error) -> str:
    return getattr(error.__cause__, "pgcode", None) or ""


def _sqlite_code(error: Error) -> int | None:
    """The primary code: the lowest byte of an extended one."""
    code = getattr(error.__cause__, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF
