"""Why an upgrade cannot begin or go on."""


class UpgradeProblem(Exception):
    """An upgrade cannot begin or go on. The text is a sentence for the operator."""
