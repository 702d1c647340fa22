"""The notification kinds of the booking app, one file per subject.

Each file holds the kinds of one subject, their words and sample values, and the functions that
queue them (`notify_*`; `build_*` where a caller queues several at once). A new kind also gets a
line in `booking/notifications/builtin_kinds.py`.
"""
