"""What is looked at before readers see a text: pure functions over an ArticleText."""

from articles.checks.all_checks import check_text
from articles.checks.issue import TextIssue

__all__ = ["TextIssue", "check_text"]
