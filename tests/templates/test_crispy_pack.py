"""The template pack "clinic_forms"."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from crispy_forms.bootstrap import (
    AppendedText,
    FieldWithButtons,
    FormActions,
    InlineCheckboxes,
    InlineField,
    InlineRadios,
    PrependedText,
    StrictButton,
    UneditableField,
)
from crispy_forms.helper import FormHelper
from crispy_forms.layout import (
    HTML,
    Button,
    ButtonHolder,
    Column,
    Div,
    Field,
    Fieldset,
    Hidden,
    Layout,
    MultiField,
    Reset,
    Row,
    Submit,
)
from crispy_forms.utils import render_crispy_form
from django import forms
from django.template import Context, Template

VOID = {"input", "path", "circle", "rect", "br", "meta", "link", "img", "hr"}
CHOICES = [("a", "By phone"), ("b", "By e-mail")]


class AboutYou(forms.Form):
    name = forms.CharField(label="Your name")
    email = forms.EmailField(label="E-mail", help_text="Only for this appointment.")
    phone = forms.CharField(label="Phone", required=False)
    reach = forms.ChoiceField(label="How?", choices=CHOICES, widget=forms.RadioSelect)
    days = forms.MultipleChoiceField(
        label="Which days?", choices=CHOICES, required=False, widget=forms.CheckboxSelectMultiple
    )
    agree = forms.BooleanField(label="I agree")
    website = forms.CharField(required=False, widget=forms.HiddenInput)


class Page(HTMLParser):
    """Every element with its attributes, in order, and the way down to it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, Any], list[str]]] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs), list(self.open)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag in VOID or self.open.pop() == tag, f"</{tag}> closes nothing"

    def all(self, tag: str = "", **attrs: str) -> list[dict[str, Any]]:
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attrs.items()}
        return [
            found
            for name, found, _ in self.elements
            if tag in ("", name) and wanted.items() <= found.items()
        ]

    @property
    def ids(self) -> list[str]:
        return [attrs["id"] for _, attrs, _ in self.elements if "id" in attrs]


def render(form: forms.Form, *fields: Any, **options: Any) -> str:
    helper = FormHelper()
    helper.layout = Layout(*(fields or form.fields))
    for name, value in options.items():
        setattr(helper, name, value)
    return str(render_crispy_form(form, helper))


@pytest.fixture
def wrong() -> str:
    typed = {"name": "Ana <3", "email": "ana@", "phone": "555", "days": ["b"]}
    return render(AboutYou(typed))


def test_the_error_summary_comes_first_and_takes_the_focus(wrong: str) -> None:
    page = Page(wrong)
    [summary] = page.all(role="alert")
    assert "autofocus" in summary
    assert summary["tabindex"] == "-1"
    assert summary["aria-labelledby"] in page.ids
    assert wrong.index("There is a problem") < wrong.index("<label")


def test_the_error_summary_links_to_each_invalid_field(wrong: str) -> None:
    page = Page(wrong)
    links = [attrs["href"] for attrs in page.all("a")]
    assert links == ["#id_email", "#id_reach_0", "#id_agree"]
    assert {link[1:] for link in links} <= set(page.ids)


def test_a_form_without_errors_has_no_summary_and_takes_no_focus() -> None:
    html = render(AboutYou())
    assert "error" not in html
    assert "autofocus" not in html


def test_an_error_of_the_whole_form_is_in_the_summary() -> None:
    form = AboutYou({"name": "Ana", "email": "ana@example.com", "reach": "a", "agree": "on"})
    form.add_error(None, "Someone just took that time.")
    assert "<li>Someone just took that time.</li>" in render(form)


def test_help_and_error_are_bound_to_their_field(wrong: str) -> None:
    page = Page(wrong)
    [email] = page.all("input", name="email")
    assert email["aria-describedby"] == "id_email_helptext id_email_error"
    assert email["aria-invalid"] == "true"
    for attrs in page.all():
        for target in attrs.get("aria-describedby", "").split():
            assert target in page.ids


def test_no_id_is_used_twice(wrong: str) -> None:
    ids = Page(wrong).ids
    assert sorted(set(ids)) == sorted(ids)


def test_every_control_has_a_label(wrong: str) -> None:
    page = Page(wrong)
    labelled = {attrs["for"] for attrs in page.all("label")}
    controls = {attrs["id"] for attrs in page.all("input") if attrs["type"] != "hidden"}
    assert labelled == controls


@pytest.mark.parametrize("name", ["reach", "days"])
def test_radios_and_check_boxes_are_in_a_fieldset_with_a_legend(wrong: str, name: str) -> None:
    page = Page(wrong)
    boxes = [path for tag, attrs, path in page.elements if attrs.get("name") == name]
    assert len(boxes) == 2
    assert all("fieldset" in path for path in boxes)
    assert f"<legend> {AboutYou.base_fields[name].label}" in " ".join(wrong.split())


def test_the_fieldset_of_an_invalid_question_contains_the_error(wrong: str) -> None:
    assert Page(wrong).all("fieldset", aria_describedby="id_reach_error") != []


def test_optional_fields_are_labelled_and_required_ones_have_no_asterisk(wrong: str) -> None:
    labels = re.findall(r"> ?([^<]+) <span class=\"optional\">", " ".join(wrong.split()))
    assert labels == ["Phone", "Which days?"]
    assert "*" not in wrong


def test_a_form_can_leave_the_word_optional_out() -> None:
    assert "(optional)" not in render(AboutYou(), mark_optional=False)


def test_the_input_is_kept_and_escaped(wrong: str) -> None:
    page = Page(wrong)
    assert [attrs["value"] for attrs in page.all("input", name="name")] == ["Ana <3"]
    assert "Ana &lt;3" in wrong
    [by_mail] = page.all("input", name="days", value="b")
    assert "checked" in by_mail


def test_an_error_says_that_it_is_one_to_screen_readers(wrong: str) -> None:
    assert wrong.count('<span class="visually-hidden">Error:</span>') == 3


def test_there_are_no_inline_scripts_or_styles(wrong: str) -> None:
    page = Page(wrong)
    for tag, attrs, _ in page.elements:
        assert tag not in ("style", "script")
        assert not [name for name in attrs if name == "style" or name.startswith("on")]


def test_there_are_no_bootstrap_classes() -> None:
    html = render(
        AboutYou(),
        "name",
        FormActions(
            Submit("save", "Save", css_class="wide"),
            Button("more", "More"),
            Reset("again", "Start again"),
            StrictButton("Go", css_class="button", type="submit"),
        ),
    )
    classes = " ".join(attrs.get("class") or "" for attrs in Page(html).all()).split()
    bootstrap = {"btn", "row", "alert", "form-control", "form-check", "invalid-feedback"}
    assert bootstrap & set(classes) == set()
    assert not [name for name in classes if name.startswith(("btn-", "col-", "mb-"))]


def test_the_submit_button_is_the_primary_one() -> None:
    [button] = Page(render(AboutYou(), "name", Submit("save", "Save", css_class="wide"))).all(
        "button"
    )
    assert button["type"] == "submit"
    assert button["class"].split() == ["button", "button-primary", "wide"]


@pytest.mark.parametrize(
    "thing",
    [
        Div("name", css_class="honeypot", css_id="d"),
        Row(Column("name"), Column("email")),
        Fieldset("About you", "name", css_class="x"),
        MultiField("About you", "name"),
        Field("name", wrapper_class="short"),
        ButtonHolder(Submit("s", "Save")),
        Hidden("token", "abc"),
        HTML("<p>{{ form.prefix }}</p>"),
        InlineRadios("reach"),
        InlineCheckboxes("days"),
        PrependedText("name", "$"),
        AppendedText("name", ".00"),
        InlineField("name"),
        FieldWithButtons("name", StrictButton("Go")),
        UneditableField("name"),
    ],
    ids=lambda thing: type(thing).__name__,
)
def test_each_layout_object_closes_its_elements(thing: Any) -> None:
    page = Page(render(AboutYou({}), thing))
    assert page.open == []


def test_the_filters_render_a_form_a_field_and_the_summary() -> None:
    context = Context({"form": AboutYou({})})
    load = "{% load crispy_forms_tags %}"
    whole = Template(load + "{{ form|crispy }}").render(context)
    field = Template(load + "{{ form.email|as_crispy_field }}").render(context)
    summary = Template(load + "{{ form|as_crispy_errors }}").render(context)
    assert summary.strip() in whole
    assert "id_email_error" in field
    assert len(Page(summary).all("a")) == 4


@pytest.mark.parametrize("template", ["", "clinic_forms/table_inline_formset.html"])
def test_a_formset_renders_with_each_control_labelled(template: str) -> None:
    formset = forms.formset_factory(AboutYou, extra=2)()
    helper = FormHelper()
    if template:
        helper.template = template
    page = Page(str(render_crispy_form(formset, helper)))
    labelled = {attrs["for"] for attrs in page.all("label")}
    controls = {attrs["id"] for attrs in page.all("input") if attrs["type"] != "hidden"}
    assert labelled == controls
    assert page.open == []
