"""Migrate while the site runs: wait shortly for locks, and try again."""

import time
from collections.abc import Callable, Sequence

from django.core.management import call_command
from django.db import Error, connection

from clinic.lib.database_errors import is_lock_timeout, is_transaction_conflict
from clinic.lib.resumable_migrations import lock_limit
from clinic.upgrade.problem import UpgradeProblem

LOCK_SECONDS = 2.0
"""Requests that need a table wait behind the migration, up to DATABASE_WAIT_SECONDS (5)."""
PAUSES: Sequence[float] = (1, 2, 4, 8, 15, 30, 30, 30, 30)
"""Seconds before each new try."""

Say = Callable[[str], object]


def migrate(
    say: Say, *, pauses: Sequence[float] = PAUSES, sleep: Callable[[float], object] = time.sleep
) -> None:
    """Apply all migrations. What was done before an interruption is not done again.

    Each migration is a transaction. One that cannot get a lock in time leaves no trace and is tried
    again after a pause. Raises UpgradeProblem after the last try.
    """
    for pause in [*pauses, None]:
        try:
            with lock_limit(LOCK_SECONDS):
                call_command("migrate", interactive=False, verbosity=0)
        except Error as error:
            if not (is_lock_timeout(error) or is_transaction_conflict(error)):
                raise
            connection.close()
            if pause is None:
                raise UpgradeProblem(
                    f"Somebody else has been using a table that must be changed, at "
                    f"{len(pauses) + 1} tries. The migrations before it are done. End what holds "
                    "it, such as a long report or another program, and run upgrade again."
                ) from error
            say(f"A table that must be changed is in use. Trying again in {pause:g} s.")
            sleep(pause)
        else:
            return
