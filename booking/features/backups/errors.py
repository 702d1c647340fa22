"""Why a backup cannot be made or restored."""


class BackupProblem(Exception):
    """A backup cannot be made, read or restored. The text is a sentence for the operator."""
