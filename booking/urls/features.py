"""Addresses of the installed features: the `urls.py` of each that has one."""

from importlib.util import find_spec

from django.apps import apps
from django.urls import include, path

FEATURES = "booking.features."

urlpatterns = [
    path("", include(f"{config.name}.urls"))
    for config in apps.get_app_configs()
    if config.name.startswith(FEATURES) and find_spec(f"{config.name}.urls") is not None
]
