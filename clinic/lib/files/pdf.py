"""Accessible PDF files (PDF/UA-1) from HTML, by WeasyPrint.

WeasyPrint needs the libraries of Pango (Debian: libpango-1.0-0, libpangoft2-1.0-0). It is loaded
when the first file is made, since only the worker makes any and loading it takes half a second.
"""

import ctypes
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from PIL import ImageFile

LIBRARIES = (
    "libpango-1.0.so.0",
    "libpangoft2-1.0.so.0",
    "libharfbuzz.so.0",
    "libfontconfig.so.1",
)
PDF_VARIANT = "pdf/ua-1"


class PdfUnavailable(Exception):
    """PDF files cannot be made on this machine. The message is a sentence that says why."""


@cache
def pdf_problem() -> str:
    """Return a sentence that says why PDF files cannot be made here, or ""."""
    if find_spec("weasyprint") is None:
        return "WeasyPrint is not installed."
    for library in LIBRARIES:
        try:
            ctypes.CDLL(library)
        except OSError:
            return f"{library} is missing. Debian has it in libpango-1.0-0 and libpangoft2-1.0-0."
    return ""


def make_pdf(html: str, css: str) -> bytes:
    """Return a PDF of an HTML page, which must be complete: nothing in it is loaded.

    Raises PdfUnavailable.
    """
    if problem := pdf_problem():
        raise PdfUnavailable(problem)
    weasyprint = import_module("weasyprint")
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint sets it; uploads must be whole
    # Nothing is loaded: a file that is made must not make a request, nor read the disk.
    nothing = weasyprint.urls.URLFetcher(allowed_protocols=())
    document = weasyprint.HTML(string=html, url_fetcher=nothing)
    sheet = weasyprint.CSS(string=css, url_fetcher=nothing)
    pdf: bytes = document.write_pdf(stylesheets=[sheet], pdf_variant=PDF_VARIANT)
    return pdf
