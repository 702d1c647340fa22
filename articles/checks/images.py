"""Find images without alternative text, figure or caption."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from clinic.lib.text.rich_text import plain_text

FIGURE = re.compile(r"<figure>(.*?)</figure>", re.DOTALL)
IMAGE = re.compile(r"<img\b[^>]*>")
ALT = re.compile(r'\balt="\s*[^"\s]')
CAPTION = re.compile(r"<figcaption>(.*?)</figcaption>", re.DOTALL)


def find_figure_problems(html: str) -> Iterator[str]:
    """Yield a message for every image or figure that is not accessible."""
    for image in IMAGE.findall(html):
        if not ALT.search(image):
            yield _("A picture has no words for people who do not see it.")
    if IMAGE.search(FIGURE.sub("", html)):
        yield _("A picture stands outside a figure, so it cannot have a caption.")
    for figure in FIGURE.findall(html):
        if not IMAGE.search(figure):
            yield _("A figure has lost its picture. Choose one, or take the figure away.")
        caption = CAPTION.search(figure)
        if caption is None or not plain_text(caption[1]):
            yield _("A figure has no caption.")
