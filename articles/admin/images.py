"""Pictures in the back office."""

from typing import ClassVar

from django.core.exceptions import PermissionDenied
from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from articles.figures import small_address
from articles.models import Image
from articles.queries.images import find_images
from booking.admin.site import RoleAdmin
from booking.queries.roles import Ability, may

A_PAGE = 24
LONGEST_SEARCH = 200


class ImageAdmin(RoleAdmin):
    """A list, a page for each, and the list as data for the editor of articles."""

    ability: ClassVar[Ability] = Ability.ARTICLES

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("", view(self.changelist_view), name="articles_image_changelist"),
            path("choices/", view(require_safe(self.choices)), name="articles_image_choices"),
        ]

    def choices(self, request: HttpRequest) -> JsonResponse:
        """GET ?q=words&page=2: what there is to choose from, the newest first."""
        if not may(request.user, self.ability):
            raise PermissionDenied
        words = request.GET.get("q", "").replace("\0", "")[:LONGEST_SEARCH]
        pages = Paginator(find_images(words), A_PAGE)
        try:
            page = pages.page(request.GET.get("page", "1"))
        except (EmptyPage, PageNotAnInteger):
            raise Http404 from None
        return JsonResponse(
            {
                "images": [_choice(image) for image in page],
                "page": page.number,
                "pages": pages.num_pages,
                "count": pages.count,
            }
        )


def _choice(image: Image) -> dict[str, object]:
    return {
        "id": str(image.public_id),
        "alt": image.alt,
        "caption": image.caption,
        "src": small_address(image),
        "width": image.width,
        "height": image.height,
        "focus": image.focus_class,
    }
