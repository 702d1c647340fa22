"""Respond with the files of pictures, whose addresses contain the hash of their content."""

import logging

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse

log = logging.getLogger(__name__)
IMMUTABLE_CACHE_CONTROL = "public, max-age=31536000, immutable"


def picture_response(path: str, *, name: str) -> FileResponse | HttpResponse:
    """Return an uploaded WebP file, to be cached for a year. Raises Http404.

    While the storage does not answer, the response is an empty 503.
    """
    try:
        file = default_storage.open(path)
    except FileNotFoundError:
        raise Http404 from None
    except OSError as error:
        log.error("A picture cannot be read: %s", type(error).__name__)
        return HttpResponse(status=503, headers={"Retry-After": "30", "Cache-Control": "no-store"})
    response = FileResponse(file, content_type="image/webp", filename=name)
    response["Cache-Control"] = IMMUTABLE_CACHE_CONTROL
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
