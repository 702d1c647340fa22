"""The database fixture of the race tests, for workers in other processes."""

from tests.booking.races.conftest import database

__all__ = ["database"]
