"""What must be made again after a backup was restored: indexes that are no rows of a model.

An app registers a step in its `AppConfig.ready`:

    register_restore_step(rebuild_search_index)

The function is called in the transaction of the restore, when all rows are there.
"""

from collections.abc import Callable

RestoreStep = Callable[[], object]
_steps: list[RestoreStep] = []


def register_restore_step(step: RestoreStep) -> None:
    """Add a step. Registering it twice adds it once."""
    if step not in _steps:
        _steps.append(step)


def restore_steps() -> list[RestoreStep]:
    """Return every registered step."""
    return list(_steps)
