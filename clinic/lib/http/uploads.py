"""Which files are let in. Elsewhere than where pictures are sent, none are.

Django reads the whole of a form to find its CSRF token, before it asks who sends it; without this
anybody could fill the disk.
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
    """Passes over every file; the rest of the form arrives."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Nothing arrives here."""

    def file_complete(self, file_size: int) -> None:
        """Nothing arrives here."""


class MaxSizeUploadHandler(TemporaryFileUploadHandler):
    """Passes over a file once it is too large, and tells the view: see `is_upload_too_large`."""

    def __init__(self, request: HttpRequest, max_bytes: int) -> None:
        super().__init__(request)
        self.max_bytes = max_bytes

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) > self.max_bytes:
            self.request.too_large = True  # type: ignore[union-attr]  # requests carry attributes
            raise SkipFile
        super().receive_data_chunk(raw_data, start)


def accept_uploads(max_bytes: int) -> Callable[[View], View]:
    """For a view that is sent files. What is let in is settled before the CSRF token is read."""

    def decorate(view: View) -> View:
        protected = csrf_protect(view)

        @csrf_exempt
        @wraps(view)
        def taking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            request.upload_handlers = [MaxSizeUploadHandler(request, max_bytes)]
            return protected(request, *args, **kwargs)

        return taking

    return decorate


def is_upload_too_large(request: HttpRequest) -> bool:
    """Whether a file was passed over. Known once the form has been read."""
    return getattr(request, "too_large", False)
