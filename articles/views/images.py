"""The files of uploaded images."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from articles.queries.images import find_image_by_digest
from clinic.lib.http.access_marks import open_to_all
from clinic.lib.http.pictures import picture_response


@open_to_all
@require_safe
def image(request: HttpRequest, digest: str, width: int) -> FileResponse | HttpResponse:
    """GET /articles/images/<digest>/<width>.webp: one file, cached for ever."""
    image_row = find_image_by_digest(digest)
    if image_row is None or width not in image_row.widths:
        raise Http404
    return picture_response(image_row.file_path(width), name=f"{digest}-{width}.webp")
