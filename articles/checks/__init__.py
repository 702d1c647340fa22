"""What is looked at before readers see a text: pure functions over an ArticleText."""

from articles.checks.all_checks import check_text
from articles.checks.issue import Finding

__all__ = ["Finding", "check_text"]
