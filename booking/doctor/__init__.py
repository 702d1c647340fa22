"""The checks of the core for `manage.py doctor`, and the function that runs all checks.

Each yields pairs: whether something is in order, and a sentence. A sentence about a problem also
says how to mend it.
"""
