"""Every icon and illustration that a page names has a drawing."""

import re
from pathlib import Path

from booking.queries.health.briefs import NOTICE_ICONS
from booking.registries import account_pages, navigation
from booking.views.desk.appointments.status_buttons import ARRIVED_BUTTON, COMPLETED_BUTTON
from clinic.templatetags.site_tags import DRAWINGS, illustration

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
NAMED_ILLUSTRATION = re.compile(r'(?:illustration\.html" with name|art)="([a-z]+)"')
NAMED = re.compile(r'components/icon\.html" with name="([a-z]+)"')


def test_every_icon_has_a_drawing_and_every_drawing_is_used() -> None:
    in_templates = {
        name for file in TEMPLATES.rglob("*.html") for name in NAMED.findall(file.read_text())
    }
    in_code = {
        *NOTICE_ICONS.values(),
        *(section.icon for section in navigation.sections()),
        *(page.icon for page in account_pages.pages()),
        ARRIVED_BUTTON.icon,
        COMPLETED_BUTTON.icon,
    }
    drawings = {file.stem for file in (TEMPLATES / "components/icons").glob("*.html")}

    assert in_templates | in_code == drawings


def test_every_illustration_has_a_drawing_and_an_unknown_one_is_the_moon() -> None:
    in_templates = {
        name
        for file in TEMPLATES.rglob("*.html")
        for name in NAMED_ILLUSTRATION.findall(file.read_text())
    }

    assert in_templates <= DRAWINGS
    assert {name for name in DRAWINGS if "<" not in illustration(name).content} == set()
    assert illustration("unknown", "round") == illustration("moon", "round")
