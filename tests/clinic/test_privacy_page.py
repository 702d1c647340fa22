"""The privacy page says what the code does: cookies, what is stored, how long, and who reads it."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from booking.models import Role
from clinic.privacy_statement import PROOF_COOKIE, cookies, format_period, stored_kinds
from tests import factories as make
from tests.booking.features.privacy.test_every_model import models_of_people
from tests.clinic.open_clinic import open_clinic
from tests.factories.privacy import RetentionRuleFactory
from tests.html import assert_valid, text_of
from tests.people import browser_of, member, patient_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

SETS_COOKIE = re.compile(r"\.set_(?:signed_)?cookie\(")
NOT_ABOUT_PATIENTS = {
    "admin.LogEntry", "articles.Article", "articles.ArticleEvent", "articles.Autosave",
    "articles.BlockedSender", "articles.CommentEvent", "articles.Contributor", "articles.Image",
    "articles.Revision", "booking.Invitation", "booking.NotificationText",
    "booking.ScreeningSignature", "booking.StaffRole", "booking.Therapist", "booking.User_groups",
    "booking.User_user_permissions", "booking_imports.ImportDraft", "booking_privacy.RetentionRule",
}  # fmt: skip
"""About the team, the clinic's own texts and settings, and files of staff for an hour."""


def privacy_page() -> str:
    page = Client().get("/privacy/").content.decode()
    return text_of(assert_valid(page))


def test_every_cookie_that_pages_set_is_on_the_page_and_no_other() -> None:
    open_clinic()
    user = patient_user()
    make.PatientFactory(user=user)
    visitor, patient, staff = Client(), browser_of(user), browser_of(member(Role.OWNER))
    visitor.get("/book/swedish/")
    visitor.get("/book/swedish/?therapist=ana&part=evening")
    visitor.get("/contact/")
    patient.get("/me/")
    staff.get("/desk/")
    seen = set(visitor.cookies) | set(patient.cookies) | set(staff.cookies)
    named = {cookie.name for cookie in cookies()}
    text = privacy_page()

    assert seen <= named
    assert {settings.SESSION_COOKIE_NAME, "signed_in", "booking"} <= seen
    assert all(f" {name} " in text for name in named)


def test_there_are_as_many_cookies_as_places_that_set_one() -> None:
    """Besides Django's own two."""
    apps = ("booking", "articles", "clinic")
    files = [path for app in apps for path in (settings.BASE_DIR / app).rglob("*.py")]
    calls = [SETS_COOKIE.findall(path.read_text()) for path in files]

    assert sum(len(found) for found in calls) == len(cookies()) - 2
    assert PROOF_COOKIE in {cookie.name for cookie in cookies()}


def test_every_model_about_patients_is_in_the_table() -> None:
    listed = {label for kind in stored_kinds() for label in kind.models}
    held = {model._meta.label for model in models_of_people()} - NOT_ABOUT_PATIENTS

    assert held - listed == set()
    assert listed & NOT_ABOUT_PATIENTS == set()


def test_the_page_shows_periods_and_readers_of_every_kind() -> None:
    open_clinic()
    text = privacy_page()

    for kind in stored_kinds():
        assert str(kind.title) in text
        assert all(str(words) in text for words in (*kind.periods, *kind.readers))


def test_who_reads_what_comes_from_the_table_of_roles() -> None:
    by_title = {str(kind.title): [str(who) for who in kind.readers] for kind in stored_kinds()}
    answers = next(readers for title, readers in by_title.items() if title.startswith("Health"))
    contacts = next(readers for title, readers in by_title.items() if title.startswith("Name"))

    assert answers == ["therapists, of their own patients"]
    assert contacts == ["owner", "front desk", "therapists, of their own patients"]


def test_approved_retention_rules_are_on_the_page() -> None:
    open_clinic()
    before = privacy_page()
    RetentionRuleFactory(jurisdiction="Ohio", source="Code 4731")
    after = privacy_page()

    assert "We have set no rule" in before
    assert "Ohio: records of treatment, 4 years from the last visit (Code 4731)." in after


@pytest.mark.parametrize(
    ("hours", "words"),
    [(24, "24 hours"), (48, "2 days"), (24 * 14, "14 days"), (24 * 364, "1 year")],
)
def test_a_period_becomes_hours_days_or_years(hours: int, words: str) -> None:
    assert format_period(timedelta(hours=hours)) == words
