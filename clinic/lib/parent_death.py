"""Children that end when their parent dies."""

import ctypes
import os
import sys

_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int, sign: int) -> None:
    """Let Linux send this child a signal when its parent has died, even by SIGKILL."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(sign), 0, 0, 0)
        if os.getppid() != parent:  # the parent died before the call above
            os._exit(1)
