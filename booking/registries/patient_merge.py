"""The models whose rows follow a patient when two records are merged.

    patient_merge.register(Note)

Each model has a foreign key named `patient`. Its rows move to the record that is kept, and back
if the merge is undone. A test fails when a feature has a model with a foreign key to Patient that
is not registered here (tests/booking/features/test_registries.py).
"""

from django.db.models import Model

from booking.models import Patient

_models: list[type[Model]] = []


def register(model: type[Model]) -> None:
    """Let the rows of a model follow their patient. Registering it twice adds it once.

    Raises FieldDoesNotExist or ValueError if the model has no foreign key to Patient named
    `patient`.
    """
    if model._meta.get_field("patient").related_model is not Patient:
        raise ValueError(f"{model._meta.label}.patient is no foreign key to Patient.")
    if model not in _models:
        _models.append(model)


def models() -> tuple[type[Model], ...]:
    """Return the models that features have registered."""
    return tuple(_models)
