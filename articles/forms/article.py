"""Editors: the form of an article. Its questions and sources are in formsets.py."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from articles.forms.fields import TOO_LONG_ERROR, rich_text_widget, single_line_field
from articles.models import Article, Contributor, Topic
from articles.models.article import validate_slug_not_reserved
from booking.models import Treatment
from clinic.lib.form_fields import MultilineField, SingleLineField

MAX_BODY_LENGTH = 200_000
MAX_LINES_LENGTH = 6_000
DRAWINGS_DIR = Path(settings.BASE_DIR) / "templates" / "components" / "drawings"


@cache
def drawing_choices() -> list[tuple[str, str]]:
    """Return the drawings in templates/components/drawings as choices."""
    names = sorted(file.stem for file in DRAWINGS_DIR.glob("*.svg"))
    return [("", str(_("none"))), *((name, name) for name in names)]


class ArticleForm(forms.Form):
    """The fields of an article. `version` is the newest revision when the form was opened."""

    title = single_line_field(_("Title"), 120)
    slug = forms.SlugField(
        label=_("Address"),
        max_length=100,
        required=False,
        validators=[validate_slug_not_reserved],
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("Below /articles/. Left empty, it is made of the title."),
        error_messages={"invalid": _("Only letters a to z, digits and hyphens, please.")},
    )
    excerpt = SingleLineField(
        label=_("In lists"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Two sentences that invite to read it."),
    )
    description = single_line_field(_("For search engines"), 160)
    summary = MultilineField(
        label=_("In short"),
        required=False,
        max_length=MAX_LINES_LENGTH,
        widget=rich_text_widget("lines", _("In short"), 5),
        help_text=_("Three points, a line each."),
        error_messages={"max_length": TOO_LONG_ERROR},
    )
    body = MultilineField(
        label=_("Text"),
        max_length=MAX_BODY_LENGTH,
        strip=False,  # an unchanged text must not look changed
        widget=rich_text_widget("blocks", _("Text"), 30),
        error_messages={"max_length": TOO_LONG_ERROR, "required": _("Please write something.")},
    )
    medical_help = MultilineField(
        label=_("When to get medical help"),
        required=False,
        max_length=MAX_LINES_LENGTH,
        widget=rich_text_widget("lines", _("When to get medical help"), 6),
        help_text=_("A line each, the most urgent first."),
        error_messages={"max_length": TOO_LONG_ERROR},
    )
    image = forms.ChoiceField(label=_("Drawing"), required=False, choices=drawing_choices)
    image_alt = single_line_field(
        _("What the drawing shows"),
        200,
        required=False,
        help_text=_("For people who do not see it."),
    )
    image_caption = single_line_field(_("Caption"), 200, required=False)
    topics = forms.ModelMultipleChoiceField(
        label=_("Topics"),
        queryset=Topic.objects.none(),
        to_field_name="slug",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    treatments = forms.ModelMultipleChoiceField(
        label=_("Treatments"),
        queryset=Treatment.objects.none(),
        to_field_name="slug",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    offers_booking = forms.BooleanField(
        label=_("Ends with these treatments to book"),
        required=False,
        help_text=_("Leave out where a book button would be an advertisement for a remedy."),
    )
    author = forms.ModelChoiceField(
        label=_("Author"),
        queryset=Contributor.objects.none(),
        required=False,
        empty_label=_("the clinic itself"),
    )
    comments_open = forms.BooleanField(label=_("Readers may comment"), required=False)
    why = single_line_field(
        _("What did you change, and why?"),
        300,
        required=False,
        help_text=_("For whoever reads the history."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    def __init__(self, *args: Any, article: Article | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.article = article
        fields: Mapping[str, Any] = self.fields
        fields["topics"].queryset = Topic.objects.all()
        fields["treatments"].queryset = Treatment.objects.order_by("name")
        fields["author"].queryset = Contributor.objects.all()

    def text_fields(self) -> list[BoundField]:
        """Return the fields of the article's text."""
        return [self[name] for name in ("title", "excerpt", "summary", "body", "medical_help")]

    def drawing_fields(self) -> list[BoundField]:
        """Return the fields of the drawing above the article."""
        return [self[name] for name in ("image", "image_alt", "image_caption")]

    def placement_fields(self) -> list[BoundField]:
        """Return the fields of the lists in which the article appears, and of what is shown beside
        it."""
        names = (
            "slug", "description", "topics", "treatments", "offers_booking", "author",
            "comments_open",
        )  # fmt: skip
        return [self[name] for name in names]

    def clean_version(self) -> int:
        return self.cleaned_data["version"] or 0

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if "slug" not in self.errors:
            data["slug"] = data.get("slug") or slugify(data.get("title", ""))[:100].strip("-")
            self._check_address(data["slug"])
        if data.get("image") and not data.get("image_alt") and "image_alt" not in self.errors:
            self.add_error("image_alt", _("Please say what the drawing shows."))
        return data

    def _check_address(self, slug: str) -> None:
        other_articles = Article.objects.filter(slug=slug)
        if self.article is not None:
            other_articles = other_articles.exclude(pk=self.article.pk)
        try:
            if not slug:
                raise ValidationError(_("Please give it an address, such as restless-nights."))
            validate_slug_not_reserved(slug)
            if other_articles.exists():
                raise ValidationError(
                    _("Another article lives at this address. Please choose another one.")
                )
        except ValidationError as refusal:
            self.add_error("slug", refusal)
