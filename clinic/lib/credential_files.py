"""Secrets in files instead of environment variables (plain Python, no Django).

systemd's LoadCredential= puts files into a folder that only the service can read, and names it in
CREDENTIALS_DIRECTORY. A setting is read from the file of its name there, or of `clinic_` and its
name, as systemd calls the files of a folder (`LoadCredential=clinic:/etc/clinic/credentials`).
"""

from collections.abc import Mapping
from pathlib import Path

DIRECTORY_VARIABLE = "CREDENTIALS_DIRECTORY"
PREFIXES = ("", "clinic_")


class CredentialError(Exception):
    """A file cannot be used. The text is one sentence, without the secret."""


def read(name: str, environment: Mapping[str, str]) -> str:
    """Return the value of a setting from its file, "" if there is none.

    Raises CredentialError if the file cannot be read, or is not one line of text.
    """
    folder = environment.get(DIRECTORY_VARIABLE, "").strip()
    for prefix in PREFIXES if folder else ():
        path = Path(folder) / f"{prefix}{name}"
        try:
            value = path.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise CredentialError(f"{name}: {path} cannot be read ({error.strerror}).") from error
        except UnicodeDecodeError:
            raise CredentialError(f"{name}: {path} is not text.") from None
        if not value or len(value.splitlines()) > 1:
            raise CredentialError(f"{name}: {path} must hold one line, and no empty one.")
        return value
    return ""
