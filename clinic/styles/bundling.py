"""One file for each style sheet that a page links.

A style sheet here is a short list of @import rules, so that every part can be read on its own.
A browser would ask for one part after the other; `collectstatic` puts the parts where the
@import rules stand, and the page loads one file. With DEBUG on, the browser follows the rules.
"""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from django.core.files.storage import Storage

from clinic.static_files import ModuleStaticFilesStorage

Paths = dict[str, tuple[Storage, str]]
"""The name of each collected file, with the storage and the path that it comes from."""

OURS = "clinic/css/"
IMPORT = re.compile(r'^@import "([^"]+)";\n', re.MULTILINE)
COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)


class CannotBundle(Exception):
    """A part uses something that means another thing once it stands in another file."""


class BundlingStaticFilesStorage(ModuleStaticFilesStorage):
    """Static files with hashed names, compressed, with every @import of our own resolved."""

    def post_process(
        self, paths: Paths, dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str | None, bool | Exception]]:
        """Replace our own style sheets by their bundles, then do what the parent class does."""
        if not dry_run:
            for name in [name for name in paths if name.startswith(OURS)]:
                text = bundle(name, paths)
                Path(self.path(name)).write_text(text, encoding="utf-8")
                paths[name] = (self, name)
        yield from super().post_process(paths, dry_run, **options)


def bundle(name: str, paths: Paths) -> str:
    """Return a style sheet without comments, its @import rules replaced by what they name.

    Raises CannotBundle when a part refers to another file by a relative address, and KeyError
    when an imported part does not exist.
    """
    folder = PurePosixPath(name).parent

    def part(match: re.Match[str]) -> str:
        text = bundle(str(folder / match[1]), paths)
        if "url(" in text:
            raise CannotBundle(f"{match[1]}, imported by {name}, contains url()")
        return text

    storage, path = paths[name]
    with storage.open(path) as file:
        text = file.read().decode()
    return IMPORT.sub(part, COMMENT.sub("", text))
