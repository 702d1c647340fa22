"""How static files are stored for production: with hashed names, compressed."""

from whitenoise.storage import (  # type: ignore[import-untyped]
    CompressedManifestStaticFilesStorage,
)

OURS = "clinic/js/*.js"
"""Only our own modules: packages have files of examples that import what is not there."""
IMPORT = r"""(?P<matched>\b(?P<keyword>from|import) ?"(?P<url>\.{1,2}/[^"]+\.js)";)"""
"""An import of another module by a relative address, as the formatter of `make lint` writes it."""


class ModuleStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Whitenoise's storage, which also writes hashed names into the imports of our modules.

    Without it a module would import another one by its plain name, which is not served.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        (OURS, ((IMPORT, '%(keyword)s "%(url)s";'),)),
    )
