"""The models whose rows follow a patient when two records are merged.

    patient_merge.register(Note)

Each model has a foreign key named `patient`. Its rows move to the record that is kept, and back
if the merge is undone.
"""

from django.db.models import Model

_models: list[type[Model]] = []


def register(model: type[Model]) -> None:
    """Let the rows of a model follow their patient. Registering it twice adds it once."""
    if model not in _models:
        _models.append(model)


def models() -> tuple[type[Model], ...]:
    """Return the models that features have registered."""
    return tuple(_models)
