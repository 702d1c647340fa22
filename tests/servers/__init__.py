"""Servers and programs that the tests need, started by the tests themselves."""
