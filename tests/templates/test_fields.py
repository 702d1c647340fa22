"""Fields are rendered by our template pack, templates/clinic_forms, and by nothing else.

This holds for every field of a Django form, on pages of patients, at the desk and in the back
office. Hidden inputs and buttons are no fields: they have no label, no help and no error.
"""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template, render_to_string

from tests.html import parse
from tests.templates.test_crispy_pack import AboutYou

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates"
PACK = TEMPLATES / "clinic_forms"
CONTROL = re.compile(r"""<(?:select|textarea)\b|<input\b(?![^>]*\btype="(?:hidden|submit)")""")
RENDERED_BY_HAND = re.compile(
    r"id_for_label|label_tag|\bwidget\.|\.as_(?:p|ul|div|table|widget)\b|\.errors\.\d"
    r"|\{% for \w+ in [\w.]*field[\w.]*\.errors|\{% for \w+ in form\.\w+\.errors"
    r"|\{\{ *(?:\w*form\.\w+|field|starts|ends) *\}\}"
)
EXCEPTIONS = {
    "components/feed_address.html": "shows an address to copy, and sends nothing",
    "booking/public/appointments/_after_booking.html": "shows an address to copy",
    "admin/articles/preview.html": "chooses how the preview is shown, and sends nothing",
    "mfa/totp/activate_form.html": "form.secret is a text, not a field",
    "booking/account/_renewal.html": "form.consent_text is a text, not a field",
    "booking/public/health/_agreement.html": "form.consent_text is a text, not a field",
    "booking/desk/lock_screen/_lock_screen.html": "a script opens it on any page of the desk",
}
"""Templates with controls of their own that belong to no Django form, each with the reason."""


def rendered_by_hand(path: Path) -> bool:
    text = path.read_text()
    return bool(CONTROL.search(text) or RENDERED_BY_HAND.search(text))


def test_only_the_template_pack_renders_fields() -> None:
    found = {
        path.relative_to(TEMPLATES).as_posix()
        for path in TEMPLATES.rglob("*.html")
        if PACK not in path.parents and rendered_by_hand(path)
    }

    assert found == set(EXCEPTIONS)


def test_the_back_office_uses_our_fieldsets() -> None:
    template = get_template("admin/includes/fieldset.html")

    assert Path(template.origin.name) == TEMPLATES / "admin/includes/fieldset.html"


@pytest.mark.parametrize("name", ["name", "reach", "agree"])
def test_a_field_of_the_back_office_is_bound_to_its_label_and_its_error(name: str) -> None:
    field = AboutYou({})[name]
    html = render_to_string("clinic_forms/admin_control.html", {"field": field})
    page = parse(f"<!DOCTYPE html><title>x</title>{html}")
    ids = {element.get("id") for element in page.iter()}
    controls = list(page.iter("input"))

    assert {control.get("id") for control in controls} == {
        label.get("for") for label in page.iter("label")
    }
    bound = [element for element in page.iter() if element.get("aria-describedby")]
    assert [element.get("aria-describedby") for element in bound] == [f"id_{name}_error"]
    assert f"id_{name}_error" in ids
    assert "Error:" in html
