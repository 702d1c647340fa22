"""Record this version as the last release: `python -m tests.upgrade.record_release`.

Run it right after a release, on its commit. From then on only newer migrations are checked.
"""

import json
import os
import subprocess

import django
from django.db.migrations.loader import MigrationLoader

from clinic import __version__
from tests.upgrade.releases import RECORD, ROOT


def main() -> None:
    """Write the version, the commit and all migrations of this project to the record."""
    commit = subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=ROOT, text=True).strip()
    record = {"version": __version__, "commit": commit, "migrations": sorted(own_migrations())}
    RECORD.write_text(json.dumps(record, indent=1) + "\n")


def own_migrations() -> set[str]:
    """Return the migrations of this project, as "app.name"."""
    found = MigrationLoader(None).disk_migrations.items()
    return {
        f"{app}.{name}"
        for (app, name), migration in found
        if type(migration).__module__.startswith(("booking.", "articles."))
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    main()
