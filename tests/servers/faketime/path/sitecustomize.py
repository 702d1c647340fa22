"""Python imports this when it starts: `time.sleep` for processes with libfaketime.

Up to its version 0.9.10, Debian's, the call that Python sleeps with fails there (EINVAL).
"""

import select
import time
from typing import SupportsIndex


def sleep(seconds: float | SupportsIndex) -> None:
    """Do nothing for some seconds."""
    if float(seconds) < 0:
        raise ValueError("sleep length must be non-negative")
    select.select([], [], [], float(seconds))


time.sleep = sleep
