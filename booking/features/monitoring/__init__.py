"""Monitoring: errors of the program, alerts to the owner, and what is measured."""
