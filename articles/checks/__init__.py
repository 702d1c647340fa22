"""What is looked at before readers see a text: pure functions over an ArticleText."""

from articles.checks.every import check_text
from articles.checks.finding import Finding

__all__ = ["Finding", "check_text"]
