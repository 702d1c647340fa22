"""Log records as JSON, one object a line."""

import json
import logging

from clinic.lib.logs.request_context import current_context

FIELDS = ("method", "route", "status")


class JsonFormatter(logging.Formatter):
    """Formats time, level, logger and message, and the traceback if the filters left one.

    A record that a request causes has `request_id`; the line about its response also `method`,
    `route` (the URL pattern), `status` and `duration_ms`.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        context = current_context()
        if context is not None:
            line["request_id"] = context.request_id
        line |= {name: record.__dict__[name] for name in FIELDS if name in record.__dict__}
        if context is not None and "status" in line:
            line["duration_ms"] = context.milliseconds
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
