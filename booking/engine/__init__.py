"""Availability arithmetic in plain Python: no Django, no current time, no settings.

Instants are whole minutes since 1970-01-01 00:00 UTC
(int); a span is half-open, [start, end). Wall-clock times of day are minutes since 00:00,
0 to 1440. All functions are pure.
"""
