"""The race database, for workers in processes of their own."""

from tests.booking.races.conftest import database

__all__ = ["database"]
