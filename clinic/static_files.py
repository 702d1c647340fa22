"""How static files are stored for production: with hashed names, compressed."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import (  # type: ignore[import-untyped]
    CompressedManifestStaticFilesStorage,
)

OURS = "clinic/js/*.js"
"""Only our own modules: packages have files of examples that import what is not there."""
IMPORT = r"""(?P<matched>\b(?P<keyword>from|import) ?"(?P<url>\.{1,2}/[^"]+\.js)";)"""
"""An import of another module by a relative address, as the formatter of `make lint` writes it."""


class ModuleStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Whitenoise's storage, which also writes hashed names into the imports of our modules.

    Without it a module would import another one by its plain name, which is not served. The list of
    names is kept beside the files (`static-names/` in DATA_DIR), and is not served.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        (OURS, ((IMPORT, '%(keyword)s "%(url)s";'),)),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        names = FileSystemStorage(location=settings.DATA_DIR / "static-names")
        super().__init__(*args, manifest_storage=names, **kwargs)

    def save_manifest(self) -> None:
        """Save the list of names, and delete the one that older versions stored where it is
        served."""
        super().save_manifest()
        Path(self.path(self.manifest_name)).unlink(missing_ok=True)
