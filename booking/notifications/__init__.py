"""Notifications: rows in an outbox, written in the transaction of the change they are about.

`enqueue` writes a row; nothing is sent inside a request. The worker (`deliver_messages`) calls
`delivery.deliver_due`, which renders and sends what is due. A *notification* is the row (and its
*kind*), a *mail* is what is sent.
"""

from booking.notifications.kinds import NotificationKind, get_kind, register_kind
from booking.notifications.outbox import enqueue

__all__ = ["NotificationKind", "enqueue", "get_kind", "register_kind"]
