"""What features say on the privacy page about how long data is kept.

    privacy_statements.register(rules_in_words)

where `rules_in_words()` yields one sentence for each rule.
"""

from collections.abc import Callable, Iterable

Source = Callable[[], Iterable[str]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Add a source of sentences. Registering it twice adds it once."""
    if source not in _sources:
        _sources.append(source)


def statements() -> list[str]:
    """Return the sentences of all features."""
    return [sentence for source in _sources for sentence in source()]
