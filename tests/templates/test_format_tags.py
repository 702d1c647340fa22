"""Formats that templates share."""

from django.template import Context, Template

from booking.models import ClinicProfile


def test_a_phone_number_is_called_as_from_the_country_of_the_clinic() -> None:
    page = Template("{% load format_tags %}{{ phone|tel_url:clinic }}")
    context = {"phone": "(312) 555-0142 ext. 12", "clinic": ClinicProfile(country="US")}

    assert page.render(Context(context)) == "tel:+13125550142;ext=12"
    assert page.render(Context(context | {"clinic": None})) == "tel:3125550142;ext=12"


def test_a_dot_between_parts_stays_with_the_word_before_it() -> None:
    page = Template(
        "{% load format_tags %}{% filter dots_after_words %}{{ name }}\n {% if room %} · {{ room }}"
        "{% endif %} ·\n <b>9:00</b>{% endfilter %}"
    )
    shown = page.render(Context({"name": "A & B", "room": "Room 1"}))

    assert shown == "A &amp; B\N{NO-BREAK SPACE}· Room 1\N{NO-BREAK SPACE}· <b>9:00</b>"
