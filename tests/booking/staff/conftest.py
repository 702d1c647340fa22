"""The clinic and clock fixtures of the account tests."""

from tests.booking.access.conftest import clinic, later

__all__ = ["clinic", "later"]
