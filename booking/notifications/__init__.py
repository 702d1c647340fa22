"""The outbox: what is said to people, written in the transaction of what it tells about.

`enqueue` writes a row; nothing is sent inside a request. `deliver` sends what is due.
"""

from booking.notifications.kinds import NotificationKind, get_kind, register_kind
from booking.notifications.outbox import enqueue

__all__ = ["NotificationKind", "enqueue", "get_kind", "register_kind"]
