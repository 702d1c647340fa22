"""Lists of the back office can be filtered by what they offer, and by nothing else."""

from typing import Any

import pytest
from django.db import models
from django.test import Client, RequestFactory

from booking.admin.site import admin_site
from booking.models import Role
from tests.people import browser_of, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

LISTS = {
    f"/admin/{model._meta.app_label}/{model._meta.model_name}/": admin
    for model, admin in admin_site._registry.items()
}


@pytest.fixture
def owner() -> Client:
    return browser_of(member(Role.OWNER))


def followed(client: Client, address: str) -> Any:
    return client.get(address, follow=True)


def columns(model: Any, prefix: str = "", depth: int = 0) -> list[str]:
    """The lookups to every column of the model and of those that it points to."""
    found = []
    for field in model._meta.get_fields():
        found.append(f"{prefix}{field.name}")
        if field.is_relation and field.related_model and depth < 1:
            found += columns(field.related_model, f"{prefix}{field.name}__", depth + 1)
    return found


def offered(admin: Any, lookup: str) -> bool:
    names = [
        item if isinstance(item, str) else getattr(item, "parameter_name", "")
        for item in admin.list_filter
    ]
    return lookup in names


@pytest.mark.parametrize("admin", LISTS.values(), ids=LISTS.keys())
def test_no_column_is_a_filter_unless_the_list_offers_it(admin: Any) -> None:
    request = RequestFactory().get("/")
    wrong = [
        f"{column}{part}"
        for column in columns(admin.model)
        for part in ("", "__startswith", "__regex", "__gt", "__exact")
        if admin.lookup_allowed(f"{column}{part}", "x", request)
        and not (offered(admin, column) and part in ("", "__exact"))
    ]

    assert [name for name in wrong if not name.endswith("__id__exact")] == []


def test_a_colleagues_password_cannot_be_read_letter_by_letter(owner: Client) -> None:
    answer = owner.get("/admin/booking/user/?password__startswith=md5&is_active__exact=1")

    assert answer.status_code == 302
    assert answer["Location"] == "/admin/booking/user/?is_active__exact=1"


@pytest.mark.parametrize("address", LISTS)
def test_a_filter_that_cannot_be_read_leads_back_to_the_list(owner: Client, address: str) -> None:
    plain = followed(owner, address)
    name = next((item for item in LISTS[address].list_filter if isinstance(item, str)), "pk")
    answer = followed(owner, f"{address}?e=1&{name}__exact=%00zzz&p=99999&o=9.-9&nothing=1")

    assert answer.status_code == plain.status_code
    assert answer.request["PATH_INFO"] == plain.request["PATH_INFO"]


def test_the_filters_of_a_list_work(owner: Client) -> None:
    member(Role.EDITOR)
    page = owner.get("/admin/booking/user/?is_active__exact=1")

    assert page.status_code == 200
    assert page.context["cl"].result_count == 2


def test_every_link_of_a_filter_leads_to_a_list(owner: Client) -> None:
    """Each choice that a list offers is one that it accepts."""
    for address in LISTS:
        page = followed(owner, address)
        specs = page.context["cl"].filter_specs if page.context and "cl" in page.context else []
        for spec in specs:
            links = [choice["query_string"] for choice in spec.choices(page.context["cl"])]
            answers = {link: owner.get(address + link).status_code for link in links}
            assert set(answers.values()) == {200}, answers


def test_the_walk_meets_every_list() -> None:
    assert len(LISTS) >= 15
    assert all(issubclass(admin.model, models.Model) for admin in LISTS.values())
