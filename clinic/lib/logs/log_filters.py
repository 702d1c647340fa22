"""Log filters."""

import logging
import re

TOKEN = re.compile(r"[A-Za-z0-9_-]{48}")


class HideTokens(logging.Filter):
    """Replaces the tokens of secret links, which are part of the URLs that Django logs."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = TOKEN.sub("[token]", record.getMessage())
        record.args = ()
        return True
