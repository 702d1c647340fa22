"""The site: settings, root URLs, pages that need all apps, and its version."""

__version__ = "1.0.0.dev0"
"""The only place of the version. CHANGELOG.md has a section for it, which a test compares."""
