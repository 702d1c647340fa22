"""The files of uploaded images."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from articles.queries.images import find_image_by_digest
from clinic.lib.http.access_marks import open_to_all

IMMUTABLE_CACHE_CONTROL = "public, max-age=31536000, immutable"


@open_to_all
@require_safe
def image(request: HttpRequest, digest: str, width: int) -> FileResponse:
    """GET /articles/images/<digest>/<width>.webp: one file, cached for ever."""
    image_row = find_image_by_digest(digest)
    if image_row is None or width not in image_row.widths:
        raise Http404
    try:
        file = default_storage.open(image_row.file_path(width))
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(file, content_type="image/webp", filename=f"{digest}-{width}.webp")
    response["Cache-Control"] = IMMUTABLE_CACHE_CONTROL
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
