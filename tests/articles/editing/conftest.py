"""Fixtures of the editing tests: no second factor, and a frozen clock."""

import pytest
from pytest_django import Settings

from tests.articles.editing.editor_session import EditorSession, make_editor
from tests.factories import ClinicProfileFactory


@pytest.fixture
def editor(db: None, frozen_clock: object, settings: Settings) -> EditorSession:
    """A signed-in editor."""
    settings.STAFF_SECOND_FACTOR = "optional"
    ClinicProfileFactory()
    return make_editor()
