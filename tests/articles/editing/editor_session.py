"""Helpers for tests of editing: signed-in editors, and the forms that they send."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from articles.actions.actor import Actor
from articles.actions.publishing.workflow_steps import publish_article, send_for_review
from articles.actions.writing.revise_article import create_article
from articles.inputs import ArticleText, QuestionText, SourceText
from articles.models import Article
from booking.models import Role, User
from tests.factories import StaffRoleFactory, TopicFactory
from tests.people import browser_of

ARTICLE_ADMIN_URL = "/admin/articles/article/"
ADD_URL = f"{ARTICLE_ADMIN_URL}add/"
FORM_DATA: dict[str, Any] = {
    "title": "Rest and legs",
    "slug": "rest-and-legs",
    "excerpt": "What rest can do, and what it cannot.",
    "description": "What rest does for legs.",
    "summary": "Lie down.\nSleep.\nWait.",
    "body": "<h2>Does rest help?</h2><p>Nobody knows.</p>",
    "medical_help": "Call a doctor if one leg is red.",
    "comments_open": "on",
    "version": "0",
    "faq-TOTAL_FORMS": "1",
    "faq-INITIAL_FORMS": "0",
    "faq-0-question": "Why?",
    "faq-0-answer": "Because.",
    "source-TOTAL_FORMS": "1",
    "source-INITIAL_FORMS": "0",
    "source-0-citation": "Allen R. Restless legs. Sleep Med 2014.",
    "source-0-doi": "https://doi.org/10.1000/1",
}
ARTICLE_TEXT = ArticleText(
    slug="rest-and-legs",
    title="Rest and legs",
    description="What rest does for legs.",
    excerpt="What rest can do, and what it cannot.",
    summary=["Lie down.", "Sleep.", "Wait."],
    medical_help=["Call a doctor if one leg is red."],
    body="<h2>Does rest help?</h2><p>Nobody knows.</p>",
    image="",
    image_alt="",
    image_caption="",
    topics=[],
    treatments=[],
    offers_booking=False,
    questions=[QuestionText("why", "Why?", "Because.")],
    sources=[SourceText("allen-2014", "Allen R. Restless legs. Sleep Med 2014.", "10.1000/1")],
)


@dataclass
class EditorSession:
    """A user with a signed-in test client."""

    user: User
    client: Client

    @property
    def actor(self) -> Actor:
        return Actor(user=self.user)

    def save(self, article: Article | None = None, **changes: Any) -> Any:
        """POST the form of this article with some changes."""
        address = f"{ARTICLE_ADMIN_URL}{article.pk}/change/" if article else ADD_URL
        version = {"version": str(article.version)} if article else {}
        return self.post(address, form_data(**version | changes))

    def post(self, address: str, form: dict[str, Any]) -> Any:
        """POST a form as browsers encode it."""
        kind = "application/x-www-form-urlencoded"
        return self.client.post(address, urlencode(form, doseq=True), content_type=kind)

    def step(self, article: Article, step: str, **more: Any) -> Any:
        number = Article.objects.get(pk=article.pk).version
        return self.client.post(
            f"{ARTICLE_ADMIN_URL}{article.pk}/steps/",
            {"step": step, "revision_number": number, **more},
        )


def form_data(**changes: Any) -> dict[str, Any]:
    """Return the data of the whole form; None omits a field, double underscores mean hyphens."""
    named = {name.replace("__", "-"): value for name, value in changes.items()}
    return {name: value for name, value in (FORM_DATA | named).items() if value is not None}


def make_editor(email: str = "ed@clinic.example", role: Role = Role.EDITOR) -> EditorSession:
    user = StaffRoleFactory.create(role=role, user__email=email, user__is_staff=True).user
    return EditorSession(user, browser_of(user))


def make_draft(by: EditorSession | None = None, text: ArticleText = ARTICLE_TEXT) -> Article:
    return create_article(text, by=by.actor if by else Actor.system())


def make_published_article(
    by: EditorSession | None = None, text: ArticleText = ARTICLE_TEXT
) -> Article:
    """Create a published article."""
    actor = by.actor if by else Actor.system()
    TopicFactory.create(slug="sleep")
    article = send_for_review(create_article(text, by=actor), revision_number=1, by=actor)
    return publish_article(article, revision_number=1, by=actor)


def reload_article(article: Article) -> Article:
    return Article.objects.get(pk=article.pk)


def page_text(response: Any) -> str:
    """Return the text of a page, without markup."""
    html: str = response.content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))
