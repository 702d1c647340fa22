"""The texts of articles/content/: true to their sources, careful with claims, easy to read."""

import re
from datetime import date
from itertools import chain
from typing import Any

import pytest

from articles.checks.readability import (
    MAX_GRADE,
    MAX_SENTENCE_WORDS,
    WORD,
    reading_grade,
    split_sentences,
)
from booking.demo.content import TREATMENTS
from tests.articles.content.content_files import (
    ARTICLES,
    PAGES,
    ContentFile,
    cited_keys,
    forbidden_patterns_in,
    read_rows,
)
from tests.articles.content.reader_text import strip_markup

FIELDS = {
    "title", "slug", "description", "excerpt", "topics", "treatments", "booking_block", "summary",
    "medical_help", "image", "author", "faq", "source",
}  # fmt: skip
RESERVED = {"topics", "feed", "glossary", "evidence-policy", "comment-policy"}
LABELS = ["A Good", "B Some", "C Weak", "D Very weak", "X Not supported"]
SUGGESTS = re.compile(r"[Ss]tudies suggest|small study suggests|Some people find it helps")
OFFERS_BOOKING = {
    "can-massage-help-restless-legs", "types-of-massage", "is-massage-safe-for-me",
    "restless-legs-in-pregnancy", "sleeping-with-restless-legs", "self-massage-and-stretching",
}  # fmt: skip
SITE = {"/contact/", "/privacy/", "/treatments/"}
APPROVED = (
    "Some people with RLS say massage helps them feel calmer and eases their legs for a while. "
    "A few small studies, mostly in people having kidney dialysis, point the same way. "
    "The studies are not strong enough to be sure, and nobody knows the best type, pressure or "
    "number of sessions. {evidence: C Weak}"
)

UNSEEN = {"allen-2018", "picchietti-2007", "picchietti-2015"}
"""Sources that nobody has read: cited for their subject, never for a number."""


every_article = pytest.mark.parametrize("article", ARTICLES, ids=lambda text: text.name)
every_text = pytest.mark.parametrize("text", [*ARTICLES, *PAGES], ids=lambda text: text.name)


def test_there_are_twelve_articles_and_two_policy_pages() -> None:
    assert len(ARTICLES) == 12
    assert [page.name for page in PAGES] == ["comment-policy", "evidence-policy"]


@every_article
def test_an_article_has_all_its_parts(article: ContentFile) -> None:
    front = article.front

    assert front.keys() == FIELDS
    assert front["slug"] == article.name
    assert front["slug"] not in RESERVED
    assert len(front["description"]) <= 155
    assert len(front["summary"]) == 3
    assert 3 <= len(front["faq"]) <= 6
    assert 700 <= len(WORD.findall(strip_markup(article.body))) <= 1300
    assert all(row["question"].endswith("?") for row in front["faq"])


@every_article
def test_topics_and_treatments_exist(article: ContentFile) -> None:
    topics = {row["slug"] for row in read_rows("topics.toml", "topic")}

    assert article.front["topics"]
    assert set(article.front["topics"]) <= topics
    assert set(article.front["treatments"]) <= {text.slug for text in TREATMENTS}


@every_article
def test_only_the_listed_articles_offer_booking(article: ContentFile) -> None:
    allowed = article.name in OFFERS_BOOKING

    assert article.front["booking_block"] is allowed
    assert bool(article.front["treatments"]) is allowed


@every_article
def test_the_help_box_names_blood_clots_and_the_emergency_number(article: ContentFile) -> None:
    help_box = " ".join(article.front["medical_help"]).lower()

    assert "emergency number" in help_box
    assert "blood clot" in help_box


@every_article
def test_every_picture_has_an_alternative_text(article: ContentFile) -> None:
    image = article.front["image"]

    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", image["name"])
    assert len(image["alt"]) > 30
    assert image["caption"]
    assert image["caption"] != image["alt"]


@every_text
def test_every_heading_is_a_question(text: ContentFile) -> None:
    headings = [line for line in text.body.splitlines() if line.startswith("#")]

    assert headings
    assert [line for line in headings if not re.fullmatch(r"## [^#].*\?", line)] == []


@every_article
def test_every_reference_has_a_source_and_every_source_is_cited(article: ContentFile) -> None:
    sources = [row["key"] for row in article.front["source"]]

    assert sources == list(dict.fromkeys(chain.from_iterable(map(cited_keys, article.marked))))


@every_article
def test_every_source_has_a_link_a_kind_and_a_review_date(article: ContentFile) -> None:
    for row in article.front["source"]:
        assert row.get("doi", "").startswith("10.") or row.get("url", "").startswith("http")
        assert row["citation"].endswith((".", ".)"))
        assert row["kind"]
        assert type(row["review_by"]) is date


def test_a_source_has_the_same_details_in_every_article() -> None:
    seen: dict[str, dict[str, Any]] = {}

    for row in (row for article in ARTICLES for row in article.front["source"]):
        assert seen.setdefault(row["key"], row) == row


@every_article
def test_a_source_that_was_not_read_supports_no_number(article: ContentFile) -> None:
    for part in article.marked:
        for said, group in re.findall(r"([^.!?|\n]*)[.!?|]? ?\[(@[^\]]+)\]", part):
            if set(cited_keys(f"[{group}]")) <= UNSEEN:
                assert not re.search(r"\d", said), said


def test_the_evidence_labels_match_the_fixed_list() -> None:
    labels = read_rows("labels.toml", "label")

    assert [row["name"] for row in labels] == LABELS
    assert all(row["slug"] and row["meaning"].endswith(".") for row in labels)


@every_text
def test_labels_are_from_the_fixed_list_and_follow_a_sentence(text: ContentFile) -> None:
    for part in text.marked:
        for before, label in re.findall(r"(\S+ ?)\{evidence: ?([^}]*)\}", part):
            assert label in LABELS
            assert re.search(r"[.!?][*”]* $", before), before


@every_article
def test_claims_that_studies_suggest_carry_an_evidence_label(article: ContentFile) -> None:
    for part in article.marked:
        for paragraph in part.splitlines():
            assert not SUGGESTS.search(paragraph) or "{evidence:" in paragraph, paragraph


@every_article
def test_the_approved_sentence_on_massage_is_quoted_exactly(article: ContentFile) -> None:
    assert sum(part.count(APPROVED) for part in article.marked) == 1


@every_text
def test_no_text_contains_a_forbidden_phrase(text: ContentFile) -> None:
    assert [found for part in text.everything if (found := forbidden_patterns_in(part))] == []


def test_the_glossary_contains_no_forbidden_phrase() -> None:
    terms = read_rows("glossary.toml", "term")

    assert [row["slug"] for row in terms if forbidden_patterns_in(row["meaning"])] == []
    assert len({row["slug"] for row in terms}) == len(terms)
    assert [row["term"].lower() for row in terms] == sorted(row["term"].lower() for row in terms)


@every_text
def test_reading_grade_and_sentence_length_are_within_the_limits(text: ContentFile) -> None:
    assert reading_grade(text.prose) <= MAX_GRADE
    long = [
        said for said in split_sentences(text.prose) if len(WORD.findall(said)) > MAX_SENTENCE_WORDS
    ]
    assert long == []


@every_text
def test_shares_are_written_as_a_number_in_100(text: ContentFile) -> None:
    read_aloud = " ".join(text.everything)

    assert set(re.findall(r"\S*%", read_aloud)) <= {"20%"}  # a result of a blood test
    assert "percent" not in read_aloud
    assert re.findall(r"\b\d+ in (?!100\b)\d+", read_aloud) == []


@every_text
def test_every_link_has_a_target(text: ContentFile) -> None:
    ours = {f"/articles/{each.name}/" for each in (*ARTICLES, *PAGES)} | SITE
    terms = {row["slug"] for row in read_rows("glossary.toml", "term")}
    written = "\n".join(text.marked)

    assert set(re.findall(r"\]\(([^)]*)\)", written)) <= ours
    assert set(re.findall(r"\]\{term: ([^}]*)\}", written)) <= terms
