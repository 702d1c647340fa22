"""Checks of a text before publication: pure functions over an ArticleText."""

from articles.checks.all_checks import check_text
from articles.checks.issue import TextIssue

__all__ = ["TextIssue", "check_text"]
