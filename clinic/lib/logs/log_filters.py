"""What must never reach a log."""

import logging
import re

TOKEN = re.compile(r"[A-Za-z0-9_-]{48}")


class HideTokens(logging.Filter):
    """Secret links appear in addresses, and Django logs addresses: hide them."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = TOKEN.sub("[token]", record.getMessage())
        record.args = ()
        return True
