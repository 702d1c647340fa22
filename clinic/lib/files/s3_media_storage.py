"""Uploaded files in a bucket, as `MEDIA_STORAGE=s3://...` says.

Nobody else may read the bucket: the site answers with the files itself.
"""

from tempfile import SpooledTemporaryFile
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage

from clinic.lib.files.media_storage import ANSWER_SECONDS, CONNECT_SECONDS, TRIES

MEMORY_BYTES = 10_000_000
"""A file that is bigger is on the disk while it is sent."""


class S3MediaStorage(S3Storage):  # type: ignore[misc]
    """Keeps the names it is given, sets no access rights, and does not wait for long."""

    def get_default_settings(self) -> dict[str, Any]:
        """Return the settings that differ from those of django-storages."""
        limits = Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},  # a bucket needs no host name of its own
            connect_timeout=CONNECT_SECONDS,
            read_timeout=ANSWER_SECONDS,
            retries={"total_max_attempts": TRIES},
            # Services other than Amazon's do not all know the checksums that boto3 would add.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        own = {"client_config": limits, "file_overwrite": False, "default_acl": None}
        settings: dict[str, Any] = super().get_default_settings()
        return settings | own

    def _open(self, name: str, mode: str = "rb") -> Any:
        """Open a file. Raises FileNotFoundError, or OSError if the service does not answer."""
        try:
            return super()._open(name, mode)
        except (BotoCoreError, ClientError) as error:
            raise OSError(f"the bucket does not answer ({type(error).__name__})") from None

    def _save(self, name: str, content: "File[bytes]") -> str:
        """Read all of a file before it is sent, since an archive only has chunks of its files."""
        with SpooledTemporaryFile(MEMORY_BYTES) as whole:
            for chunk in content.chunks():
                whole.write(chunk)
            stored: str = super()._save(name, File(whole, name))
        return stored
