"""MEDIA_STORAGE: uploaded files are in a folder, or in a bucket of an S3-compatible service."""

from importlib.util import find_spec
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

FOLDER = "folder"
"""In MEDIA_ROOT."""
S3 = "clinic.lib.files.s3_media_storage.S3MediaStorage"
CONNECT_SECONDS, ANSWER_SECONDS, TRIES = 3, 5, 2
"""How long one try waits for a connection, and for an answer; how many tries."""
OPTIONS = {"region": "region_name", "https": "use_ssl"}
"""What a URL may say after its question mark, and the names that django-storages has for it."""


def parse_media_storage(value: str) -> dict[str, Any]:
    """Return Django's settings of the storage: `folder`, or s3://KEY:SECRET@HOST/BUCKET?region=...

    Raises ValueError for anything else, ImproperlyConfigured if the package for S3 is missing.
    """
    if value == FOLDER:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    url = urlsplit(value)
    bucket, query = url.path.strip("/"), dict(parse_qsl(url.query, strict_parsing=bool(url.query)))
    is_whole = url.scheme == "s3" and url.hostname and url.username and url.password and bucket
    if not is_whole or "/" in bucket or query.keys() - OPTIONS.keys():
        raise ValueError("It is no URL of a bucket.")
    if query.get("https", "on") not in ("on", "off"):
        raise ValueError("https is on or off.")
    if find_spec("storages") is None or find_spec("boto3") is None:
        raise ImproperlyConfigured(
            "MEDIA_STORAGE needs the package django-storages: pip install "
            "'django-storages[s3]>=1.14.6,<2'"
        )
    scheme = "http" if query.get("https") == "off" else "https"
    return {
        "BACKEND": S3,
        "OPTIONS": {
            "access_key": unquote(url.username or ""),
            "secret_key": unquote(url.password or ""),
            "endpoint_url": f"{scheme}://{url.netloc.rpartition('@')[2]}",
            "bucket_name": bucket,
            "region_name": query.get("region", "us-east-1"),
        },
    }
