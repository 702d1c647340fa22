"""For every constraint of the articles' models: a valid row, and changes that violate it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from django.db.models import Model

from tests import factories as make
from tests.booking.constraints.fault import Fault, like_another

UPDATE_ONLY = frozenset({"update"})
DECIDED_AT = datetime(2026, 11, 1, tzinfo=UTC)


def article_without_search_entry() -> Model:
    """Create an article without search entry, which raw SQL would not delete with the article."""
    return make.ArticleFactory(searchable=False)


def comment_without_text(**values: Any) -> Callable[[], Model]:
    """Create a comment without text, since raw SQL cannot encrypt it."""
    return lambda: make.CommentFactory(name="", email="", text="", **values)


CONSTRAINT_VIOLATIONS = [
    Fault("article_shows_what_was_written", article_without_search_entry, {"shown_version": 1}),
    Fault(
        "revision_number_once",
        make.RevisionFactory,
        like_another(make.RevisionFactory, "article", "number"),
        frozenset({"insert"}),
    ),
    Fault("revision_is_append_only", make.RevisionFactory, {"why": "Forged"}, UPDATE_ONLY),
    Fault("article_step_known", make.ArticleEventFactory, {"step": "lost"}, frozenset({"insert"})),
    Fault(
        "signature_has_a_name", make.ArticleEventFactory, {"step": "sign"}, frozenset({"insert"})
    ),
    Fault("article_history_append_only", make.ArticleEventFactory, {"why": "Forged"}, UPDATE_ONLY),
    Fault(
        "unsaved_once",
        make.AutosaveFactory,
        like_another(make.AutosaveFactory, "article", "editor"),
    ),
    Fault(
        "unsaved_new_once",
        partial(make.AutosaveFactory, article=None),
        like_another(partial(make.AutosaveFactory, article=None), "editor"),
    ),
    Fault("one_set_of_article_rules", make.ArticleSettingsFactory, {"id": 2}),
    Fault("article_status_known", article_without_search_entry, {"status": "lost"}),
    Fault("article_published_when", article_without_search_entry, {"published_at": None}),
    Fault("article_address_free", article_without_search_entry, {"slug": "glossary"}),
    Fault("article_review_whole", article_without_search_entry, {"reviewed_on": date(2026, 11, 1)}),
    Fault("article_drawing_described", article_without_search_entry, {"image_alt": ""}),
    Fault("faq_anchor_once", make.FaqFactory, like_another(make.FaqFactory, "article", "anchor")),
    Fault(
        "source_key_once", make.SourceFactory, like_another(make.SourceFactory, "article", "key")
    ),
    Fault(
        "comment_status_known",
        comment_without_text(status="approved", decided_at=DECIDED_AT),
        {"status": "liked"},
    ),
    Fault("comment_decided_when", comment_without_text(), {"status": "approved"}),
    Fault("comment_event_known", make.CommentEventFactory, {"kind": "liked"}),
    Fault("comment_event_of_one", make.CommentEventFactory, {"kind": "approved"}),
    Fault("image_described", make.ImageFactory, {"alt": ""}),
    Fault("image_focal_point_inside", make.ImageFactory, {"focal_x": 101}),
    Fault("image_has_a_size", make.ImageFactory, {"height": 0}),
]
