"""Upgrades from older states: the last release, and commands that try them under load."""
