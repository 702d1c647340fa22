"""Upload handlers that limit which files are accepted: none, unless a view accepts them.

Django reads a whole form to find its CSRF token, before a view can check who sends it. Without
these limits anybody could fill the disk.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.files.uploadhandler import (
    FileUploadHandler,
    SkipFile,
    TemporaryFileUploadHandler,
)
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

View = Callable[..., HttpResponse]


class DiscardUploadHandler(FileUploadHandler):
    """Skips every file. The rest of the form is read."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Do nothing: no file gets here."""

    def file_complete(self, file_size: int) -> None:
        """Do nothing: no file gets here."""


class MaxSizeUploadHandler(TemporaryFileUploadHandler):
    """Skips a file larger than `max_bytes`, and marks the request (`is_upload_too_large`)."""

    def __init__(self, request: HttpRequest, max_bytes: int) -> None:
        super().__init__(request)
        self.max_bytes = max_bytes

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) > self.max_bytes:
            self.request.too_large = True  # type: ignore[union-attr]  # requests carry attributes
            raise SkipFile
        super().receive_data_chunk(raw_data, start)


def accept_uploads(max_bytes: int) -> Callable[[View], View]:
    """Decorate a view that accepts files of at most `max_bytes`.

    The limit is set before the form is read for its CSRF token.
    """

    def decorate(view: View) -> View:
        protected = csrf_protect(view)

        @csrf_exempt
        @wraps(view)
        def with_upload_limit(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            request.upload_handlers = [MaxSizeUploadHandler(request, max_bytes)]
            return protected(request, *args, **kwargs)

        return with_upload_limit

    return decorate


def is_upload_too_large(request: HttpRequest) -> bool:
    """Return whether a file was skipped. Read request.POST or request.FILES before."""
    return getattr(request, "too_large", False)
