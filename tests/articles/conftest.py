"""Fixtures of the back office."""

import pytest
from django.test import Client

from booking.models import Role, User
from tests.articles.scene import Library, make_library
from tests.people import browser_of, member


@pytest.fixture
def library() -> Library:
    return make_library()


@pytest.fixture
def editor() -> User:
    return member(Role.EDITOR, email="editor@clinic.example")


@pytest.fixture
def browser(editor: User) -> Client:
    return browser_of(editor)
