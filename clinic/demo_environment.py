"""The environment variables of the demo: its secrets are made once and kept in its data folder.

`make run` starts the demo with them, and `manage.py` uses them in a clone, so that a command works
on the demo's data. Plain Python, so that it can be used before Django is set up.
"""

import os
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping, MutableMapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SECRETS_FILE = "secrets.env"
PRODUCTION_SETTINGS = (
    "SECRET_KEY", "FIELD_KEYS", "LINK_KEYS", "BASE_URL", "ALLOWED_HOSTS", "TRUSTED_PROXIES",
    "DATABASE_URL", "CACHE_URL", "EMAIL_URL", "CREDENTIALS_DIRECTORY",
)  # fmt: skip
"""With any of these in the environment, production or an environment of its own is meant."""


class DemoDataMissing(Exception):
    """There is no demo to work on. The text is one sentence that says what to do."""


def use_demo_data(environment: MutableMapping[str, str]) -> str:
    """Add the demo's variables to the environment, unless it has production settings.

    Returns a sentence that says so, or "" if the environment was left as it is. DEBUG is left on
    if it is set. Raises DemoDataMissing if `make run` has not made the demo's data yet.
    """
    if any(environment.get(name, "").strip() for name in PRODUCTION_SETTINGS):
        return ""
    data = data_folder(environment)
    try:
        stored_secrets = read_secrets(data / SECRETS_FILE)
    except OSError as error:
        raise DemoDataMissing(
            f"{data / SECRETS_FILE} cannot be read ({error.strerror})."
        ) from error
    if not stored_secrets:
        raise DemoDataMissing(
            f"There is no demo in {data} and no production setting in the environment: run "
            "`make run` once, or set the variables that docs/deployment.md lists."
        )
    environment.update(stored_secrets)
    environment["DATA_DIR"] = str(data)
    if not environment.get("DEBUG", "").strip():
        environment["DEMO"] = "1"
    return f"Using the demo's data in {data}, since no production setting is in the environment."


def data_folder(environment: Mapping[str, str]) -> Path:
    """Return the folder of the demo's data: DATA_DIR, or data/ in the project's folder."""
    return Path(environment.get("DATA_DIR", "").strip() or ROOT / "data").resolve()


def demo_environment(environment: Mapping[str, str], data: Path) -> dict[str, str]:
    """Return the environment with DEMO set, and with the demo's secrets where none are set.

    The secrets are made if there are none yet.
    """
    result = dict(environment) | {"DEMO": "1", "DATA_DIR": str(data), "PYTHONUNBUFFERED": "1"}
    for name, value in load_or_create_secrets(data / SECRETS_FILE).items():
        if not result.get(name, "").strip():
            result[name] = value
    return result


def load_or_create_secrets(file: Path) -> dict[str, str]:
    """Return the secrets in the file, by variable. Missing ones are made and written to it."""
    stored_secrets = read_secrets(file)
    makers = {
        "SECRET_KEY": lambda: secrets.token_urlsafe(50),
        "FIELD_KEYS": _generate_key,
        "LINK_KEYS": _generate_key,
    }
    fresh = {name: make() for name, make in makers.items() if not stored_secrets.get(name)}
    if fresh:
        stored_secrets |= fresh
        _write_private_file(
            file, "".join(f"{name}={value}\n" for name, value in stored_secrets.items())
        )
    return stored_secrets


def read_secrets(file: Path) -> dict[str, str]:
    """Return the variables in a file of `NAME=value` lines; none if there is no file."""
    if not file.exists():
        return {}
    return dict(line.split("=", 1) for line in file.read_text().splitlines() if "=" in line)


def _generate_key() -> str:
    return urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _write_private_file(file: Path, text: str) -> None:
    """Write a file that others can never read and that is never half written."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(file)
