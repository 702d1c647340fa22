"""Retention rules and sealed records."""
