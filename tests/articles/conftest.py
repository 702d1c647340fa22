"""Fixtures of the back office."""

import pytest
from django.test import Client

from booking.models import Role, User
from tests.articles.article_scene import ArticleScene, make_article_scene
from tests.people import browser_of, member


@pytest.fixture
def article_scene() -> ArticleScene:
    return make_article_scene()


@pytest.fixture
def editor_user() -> User:
    return member(Role.EDITOR, email="editor@clinic.example")


@pytest.fixture
def browser(editor_user: User) -> Client:
    return browser_of(editor_user)
