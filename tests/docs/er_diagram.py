"""Write docs/data-model.md: the entity-relationship diagrams, generated from the models.

    python -m tests.docs.er_diagram

A test fails while the file on disk differs from what this prints.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import django
from django.apps import AppConfig, apps
from django.db.models import Field, ForeignKey, ManyToManyField, Model, OneToOneField

FILE = Path(__file__).resolve().parents[2] / "docs" / "data-model.md"
HEAD = """# Data model

Generated from the models by `python -m tests.docs.er_diagram`; do not edit. One diagram for each
app. A line leads from a row to the row that it points at. Columns that only describe (texts,
times, numbers) are left out: see the model.
"""


def our_apps() -> list[AppConfig]:
    """Return the project's own apps that have models, in the order of INSTALLED_APPS."""
    ours = ("booking", "articles")
    configs = [app for app in apps.get_app_configs() if app.name.split(".")[0] in ours]
    return [app for app in configs if list(app.get_models())]


def render() -> str:
    """Return the whole document."""
    return HEAD + "".join(_section(app) for app in our_apps())


def _section(app: AppConfig) -> str:
    models = sorted(app.get_models(), key=lambda model: model.__name__)
    lines = [line for model in models for line in _relations(model)]
    boxes = [line for model in models for line in _box(model)]
    body = "\n".join(["erDiagram", *lines, *boxes])
    rows = "\n".join(
        f"| {model.__name__} | `{model.__module__}` | {_summary(model)} |" for model in models
    )
    return (
        f"\n## {app.verbose_name}\n\n```mermaid\n{body}\n```\n\n"
        f"| model | module | what it is |\n|---|---|---|\n{rows}\n"
    )


def _relations(model: type[Model]) -> Iterator[str]:
    """Yield one line for each foreign key, one-to-one and many-to-many field."""
    for field in _own_fields(model):
        target = getattr(field.related_model, "__name__", "")
        if isinstance(field, OneToOneField):
            arrow = "|o--||"
        elif isinstance(field, ForeignKey):
            arrow = "}o--o|" if field.null else "}o--||"
        elif isinstance(field, ManyToManyField):
            arrow = "}o--o{"
        else:
            continue
        yield f'    {model.__name__} {arrow} {target} : "{field.name}"'


def _box(model: type[Model]) -> Iterator[str]:
    """Yield the box of a model with the columns that identify a row or say its state."""
    shown = [
        field
        for field in _own_fields(model)
        if field.primary_key or (not field.is_relation and (field.unique or field.choices))
    ]
    yield f"    {model.__name__} {{"
    for field in shown:
        key = " PK" if field.primary_key else " UK" if field.unique else ""
        yield f"        {field.get_internal_type()} {field.name}{key}"
    yield "    }"


def _own_fields(model: type[Model]) -> list[Field]:
    return [*model._meta.local_fields, *model._meta.local_many_to_many]


def _summary(model: type[Model]) -> str:
    """Return the first sentence of the model's docstring, on one line."""
    text = " ".join((model.__doc__ or "").split())
    if text.startswith(f"{model.__name__}("):  # Django's own, where there is none
        return ""
    return text.split(". ")[0].rstrip(".").replace("|", "\\|")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    FILE.write_text(render())


if __name__ == "__main__":
    main()
