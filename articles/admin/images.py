"""Pictures for articles in the admin."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from articles.actions.images import ImageDescription, add_image, delete_image, describe_image
from articles.admin.common import ClinicChangeList, PagesAdmin
from articles.errors import DuplicateImage, ImageInUse
from articles.forms.images import ImageEditForm, ImageUploadForm
from articles.models import Image
from articles.presentation.responsive_images import image_url, thumbnail_url
from articles.queries.images import count_image_uses, find_texts_with_image, search_images
from articles.views.editing.common import get_actor
from booking.access.roles import Ability
from booking.models.current_clinic import clinic_date
from clinic.lib.dates import date_format
from clinic.lib.files.pictures import MAX_FILE_BYTES, InvalidImage
from clinic.lib.form_fields import strip_nul
from clinic.lib.http.uploads import accept_uploads, is_upload_too_large

PAGE_SIZE = 24
MAX_QUERY_LENGTH = 200
FILE_TOO_LARGE_ERROR = gettext_lazy("This file is too large. Please choose one of up to 10 MB.")


class ImageChangeList(ClinicChangeList):
    """A list whose rows also have `uses`: the number of texts that show the picture."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        uses = count_image_uses(self.result_list)
        for image in self.result_list:
            image.uses = uses[image.public_id]


class ImageAdmin(PagesAdmin):
    """The list of pictures, a page for each, and the choices for the rich-text editor as JSON."""

    ability: ClassVar[Ability] = Ability.ARTICLES
    list_display = ("picture", "alt", "uses", "size", "day", "added_by")
    list_display_links = ("alt",)
    list_select_related = ("added_by",)
    list_per_page = PAGE_SIZE
    search_fields = ("alt", "caption")

    def get_urls(self) -> list[URLPattern]:
        view, name = self.admin_site.admin_view, "articles_image"
        adding = accept_uploads(MAX_FILE_BYTES)(self.add_page)
        return [
            path("", view(self.changelist_view), name=f"{name}_changelist"),
            path("choices/", view(require_safe(self.choices)), name=f"{name}_choices"),
            path("add/", view(adding), name=f"{name}_add"),
            path("<int:pk>/change/", view(self.image_page), name=f"{name}_change"),
            path("<int:pk>/delete/", view(self.delete_page), name=f"{name}_delete"),
        ]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ImageChangeList

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Pictures for articles")})

    @admin.display(description=gettext_lazy("picture"))
    def picture(self, image: Image) -> str:
        address = thumbnail_url(image)
        return format_html('<img class="thumbnail" src="{}" alt="" loading="lazy">', address)

    @admin.display(description=gettext_lazy("used in texts"))
    def uses(self, image: Any) -> int:
        return int(image.uses)

    @admin.display(description=gettext_lazy("size"))
    def size(self, image: Image) -> str:
        return f"{image.width} x {image.height}"

    @admin.display(description=gettext_lazy("added"), ordering="added_at")
    def day(self, image: Any) -> str:
        return date_format.date_without_weekday(clinic_date(image.added_at, image.clinic))

    def choices(self, request: HttpRequest) -> JsonResponse:
        """GET ?q=words&page=2: pictures to choose from as JSON, the newest first."""
        self.require_ability(request)
        words = request.GET.get("q", "").replace("\0", "")[:MAX_QUERY_LENGTH]
        pages = Paginator(search_images(words), PAGE_SIZE)
        try:
            page = pages.page(request.GET.get("page", "1"))
        except (EmptyPage, PageNotAnInteger):
            raise Http404 from None
        return JsonResponse(
            {
                "images": [_image_choice(image) for image in page],
                "page": page.number,
                "pages": pages.num_pages,
                "count": pages.count,
            }
        )

    def add_page(self, request: HttpRequest) -> HttpResponse:
        """GET shows the form; POST stores the picture and redirects to its page."""
        self.require_ability(request)
        if request.method != "POST":
            return self._add_page(request, ImageUploadForm())
        form = ImageUploadForm(strip_nul(request.POST), request.FILES)
        if is_upload_too_large(request):
            form.is_valid()
            del form.errors["file"]
            form.add_error("file", FILE_TOO_LARGE_ERROR)
            return self._add_page(request, form, status=413)
        if not form.is_valid():
            return self._add_page(request, form, status=422)
        file = form.upload
        description = ImageDescription(form.cleaned_data["alt"], form.cleaned_data["caption"])
        try:
            image = add_image(file, file.size or 0, description, by=get_actor(request))
        except (InvalidImage, DuplicateImage) as refusal:
            form.add_error("file", str(refusal))
            return self._add_page(request, form, status=422)
        messages.success(
            request, _("The picture is here. Now choose the point that must stay in sight.")
        )
        return HttpResponseRedirect(reverse("admin:articles_image_change", args=[image.pk]))

    def image_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET shows a picture and where it is used; POST saves its description."""
        image = self._get_image(request, pk)
        if request.method != "POST":
            form = ImageEditForm(
                initial={name: getattr(image, name) for name in ImageEditForm.base_fields}
            )
            return self._image_page(request, image, form)
        form = ImageEditForm(strip_nul(request.POST))
        if not form.is_valid():
            return self._image_page(request, image, form, status=422)
        with _raise_404_if_deleted():
            describe_image(image, ImageDescription(**form.cleaned_data), by=get_actor(request))
        messages.success(request, _("Saved. Articles show it like this from now on."))
        return HttpResponseRedirect(reverse("admin:articles_image_changelist"))

    def delete_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET asks for confirmation, or lists the texts that show the picture; POST deletes it."""
        image = self._get_image(request, pk)
        if request.method == "POST":
            try:
                with _raise_404_if_deleted():
                    delete_image(image, by=get_actor(request))
            except ImageInUse as refusal:
                messages.error(request, str(refusal))
                return self._delete_page(request, image, status=409)
            messages.success(request, _("The picture is deleted."))
            return HttpResponseRedirect(reverse("admin:articles_image_changelist"))
        return self._delete_page(request, image)

    def _add_page(
        self, request: HttpRequest, form: ImageUploadForm, *, status: int = 200
    ) -> HttpResponse:
        context = {"title": _("Add a picture"), "form": form}
        return self.render_page(request, "image_add.html", context, status=status)

    def _image_page(
        self, request: HttpRequest, image: Image, form: ImageEditForm, *, status: int = 200
    ) -> HttpResponse:
        context = {
            "title": image.alt,
            "image": image,
            "address": image_url(image, image.widths[-1]),
            "form": form,
            "used_in": find_texts_with_image(image),
        }
        return self.render_page(request, "image.html", context, status=status)

    def _delete_page(
        self, request: HttpRequest, image: Image, *, status: int = 200
    ) -> HttpResponse:
        context = {
            "title": _("Delete this picture?"),
            "image": image,
            "address": thumbnail_url(image),
            "used_in": find_texts_with_image(image),
        }
        return self.render_page(request, "image_delete.html", context, status=status)

    def _get_image(self, request: HttpRequest, pk: int) -> Image:
        self.require_ability(request)
        return get_object_or_404(Image, pk=pk)


@contextmanager
def _raise_404_if_deleted() -> Iterator[None]:
    """Raise Http404 if another editor has deleted the picture meanwhile."""
    try:
        yield
    except Image.DoesNotExist:
        raise Http404 from None


def _image_choice(image: Image) -> dict[str, object]:
    return {
        "id": str(image.public_id),
        "alt": image.alt,
        "caption": image.caption,
        "src": thumbnail_url(image),
        "width": image.width,
        "height": image.height,
        "focus": image.focal_point_classes,
    }
