"""The clinic and the clock of the tests of access, for the accounts of the team."""

from tests.booking.access.conftest import clinic, later

__all__ = ["clinic", "later"]
