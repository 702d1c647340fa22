"""Benchmarks: `make bench`, or python -m tests.benchmarks. They never assert on time.

__main__   a fresh database per size, on SQLite and PostgreSQL; prints the table
child      fills and measures one database, in a process of its own
measure    times slots and bookings
contest    fifty clients at once for one slot
desk       times the pages of the desk
outbox     how many mails a worker sends a second: python -m tests.benchmarks.outbox
"""
