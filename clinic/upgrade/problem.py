"""The error that stops an upgrade, with a sentence for the operator."""


class UpgradeProblem(Exception):
    """An upgrade cannot begin or go on. The text is a sentence for the operator."""
