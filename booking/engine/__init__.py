"""When can somebody be treated? Plain Python: no Django, no now(), no settings.

It knows time, not appointments. Instants are whole minutes since 1970-01-01 00:00 UTC
(int); a span is half-open, [start, end). Wall-clock times of day are minutes since 00:00,
0 to 1440. The engine is told everything, and every function gives the same answer twice.
"""
