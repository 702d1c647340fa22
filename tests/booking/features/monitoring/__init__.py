"""Tests of the monitoring feature."""
