"""Respond with the files of pictures, whose addresses contain the hash of their content."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404

IMMUTABLE_CACHE_CONTROL = "public, max-age=31536000, immutable"


def picture_response(path: str, *, name: str) -> FileResponse:
    """Return a WebP file under MEDIA_ROOT, to be cached for a year. Raises Http404."""
    try:
        file = default_storage.open(path)
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(file, content_type="image/webp", filename=name)
    response["Cache-Control"] = IMMUTABLE_CACHE_CONTROL
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
