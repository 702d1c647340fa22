"""Pictures in the back office."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from articles.actions.actor import Actor
from articles.actions.images import ImageWords, add_image, delete_image, describe_image
from articles.errors import ImageInUse, ImageKnown
from articles.forms.admin import ImageForm, NewImageForm
from articles.models import Image
from articles.models.dates import day_of
from articles.presentation.responsive_images import address_of, small_address
from articles.queries.images import find_images, times_used, used_in
from articles.text.image_processing import MOST_BYTES, UnusablePicture
from booking.access.roles import Ability, may
from booking.admin.site import RoleAdmin
from booking.models import User
from booking.models.current_clinic import current_clinic
from clinic.lib.dates import date_format
from clinic.lib.form_fields import without_nul
from clinic.lib.http.uploads import takes_files, was_too_large

A_PAGE = 24
LONGEST_SEARCH = 200
TOO_LARGE = gettext_lazy("This file is too large. Please choose one of up to 10 MB.")


class WithUses(ChangeList):
    """Knows for each picture on the page in how many texts it stands, and the day it came."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        uses, clinic = times_used(self.result_list), current_clinic(request)
        for image in self.result_list:
            image.day = day_of(image.added_at, clinic)
            image.uses = uses[image.public_id]


class ImageAdmin(RoleAdmin):
    """A list, a page for each, and the list as data for the editor of articles."""

    ability: ClassVar[Ability] = Ability.ARTICLES
    list_display = ("picture", "alt", "uses", "size", "day", "added_by")
    list_display_links = ("alt",)
    list_select_related = ("added_by",)
    list_per_page = A_PAGE
    search_fields = ("alt", "caption")
    actions = None

    def get_urls(self) -> list[URLPattern]:
        view, name = self.admin_site.admin_view, "articles_image"
        adding = takes_files(MOST_BYTES)(self.new_image)
        return [
            path("", view(self.changelist_view), name=f"{name}_changelist"),
            path("choices/", view(require_safe(self.choices)), name=f"{name}_choices"),
            path("add/", view(adding), name=f"{name}_add"),
            path("<int:pk>/change/", view(self.one_image), name=f"{name}_change"),
            path("<int:pk>/delete/", view(self.delete_page), name=f"{name}_delete"),
        ]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return WithUses

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Pictures for articles")})

    @admin.display(description=gettext_lazy("picture"))
    def picture(self, image: Image) -> str:
        address = small_address(image)
        return format_html('<img class="thumbnail" src="{}" alt="" loading="lazy">', address)

    @admin.display(description=gettext_lazy("used in texts"))
    def uses(self, image: Any) -> int:
        return int(image.uses)

    @admin.display(description=gettext_lazy("size"))
    def size(self, image: Image) -> str:
        return f"{image.width} x {image.height}"

    @admin.display(description=gettext_lazy("added"), ordering="added_at")
    def day(self, image: Any) -> str:
        return date_format.plain_day(image.day)

    def choices(self, request: HttpRequest) -> JsonResponse:
        """GET ?q=words&page=2: what there is to choose from, the newest first."""
        self._check(request)
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

    def new_image(self, request: HttpRequest) -> HttpResponse:
        """GET asks for a picture; POST keeps it and leads to its page."""
        self._check(request)
        if request.method != "POST":
            return self._add_page(request, NewImageForm())
        form = NewImageForm(without_nul(request.POST), request.FILES)
        if was_too_large(request):
            form.is_valid()
            del form.errors["file"]
            form.add_error("file", TOO_LARGE)
            return self._add_page(request, form, status=413)
        if not form.is_valid():
            return self._add_page(request, form, status=422)
        said, file = form.cleaned_data, form.upload
        words = ImageWords(said["alt"], said["caption"])
        try:
            image = add_image(file, file.size or 0, words, by=_editor(request))
        except (UnusablePicture, ImageKnown) as refusal:
            form.add_error("file", str(refusal))
            return self._add_page(request, form, status=422)
        messages.success(
            request, _("The picture is here. Now choose the point that must stay in sight.")
        )
        return HttpResponseRedirect(reverse("admin:articles_image_change", args=[image.pk]))

    def one_image(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET shows it, and where it is used; POST keeps what is said of it."""
        image = self._image(request, pk)
        if request.method != "POST":
            form = ImageForm(initial={name: getattr(image, name) for name in ImageForm.base_fields})
            return self._one_page(request, image, form)
        form = ImageForm(without_nul(request.POST))
        if not form.is_valid():
            return self._one_page(request, image, form, status=422)
        with _still_there():
            describe_image(image, ImageWords(**form.cleaned_data), by=_editor(request))
        messages.success(request, _("Saved. Articles show it like this from now on."))
        return HttpResponseRedirect(reverse("admin:articles_image_changelist"))

    def delete_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET asks, or says where it is still needed; POST deletes it."""
        image = self._image(request, pk)
        if request.method == "POST":
            try:
                with _still_there():
                    delete_image(image, by=_editor(request))
            except ImageInUse as refusal:
                messages.error(request, str(refusal))
                return self._delete_page(request, image, status=409)
            messages.success(request, _("The picture is deleted."))
            return HttpResponseRedirect(reverse("admin:articles_image_changelist"))
        return self._delete_page(request, image)

    def _add_page(
        self, request: HttpRequest, form: NewImageForm, *, status: int = 200
    ) -> HttpResponse:
        context = {"title": _("Add a picture"), "form": form}
        return self._page(request, "image_add.html", context, status=status)

    def _one_page(
        self, request: HttpRequest, image: Image, form: ImageForm, *, status: int = 200
    ) -> HttpResponse:
        context = {
            "title": image.alt,
            "image": image,
            "address": address_of(image, image.widths[-1]),
            "form": form,
            "used_in": used_in(image),
        }
        return self._page(request, "image.html", context, status=status)

    def _delete_page(
        self, request: HttpRequest, image: Image, *, status: int = 200
    ) -> HttpResponse:
        context = {
            "title": _("Delete this picture?"),
            "image": image,
            "address": small_address(image),
            "used_in": used_in(image),
        }
        return self._page(request, "image_delete.html", context, status=status)

    def _page(
        self, request: HttpRequest, name: str, context: dict[str, Any], *, status: int
    ) -> HttpResponse:
        context = self.admin_site.each_context(request) | {"opts": self.opts} | context
        return TemplateResponse(request, f"admin/{name}", context, status=status)

    def _image(self, request: HttpRequest, pk: int) -> Image:
        self._check(request)
        return get_object_or_404(Image, pk=pk)

    def _check(self, request: HttpRequest) -> None:
        if not may(request.user, self.ability):
            raise PermissionDenied


@contextmanager
def _still_there() -> Iterator[None]:
    """Somebody else may have deleted it since it was looked for."""
    try:
        yield
    except Image.DoesNotExist:
        raise Http404 from None


def _editor(request: HttpRequest) -> Actor:
    return Actor(user=cast(User, request.user))


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
