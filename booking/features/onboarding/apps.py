"""The onboarding feature."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OnboardingConfig(AppConfig):
    name = "booking.features.onboarding"
    label = "booking_onboarding"
    verbose_name = _("Set-up guide")

    def ready(self) -> None:
        """Add the guide to the desk's navigation, where it opens first for a new clinic."""
        from booking.access.roles import Ability  # noqa: PLC0415  # apps must be loaded
        from booking.registries import navigation  # noqa: PLC0415

        navigation.register(
            navigation.Section(
                "desk-setup",
                _("Set up"),
                "leaf",
                Ability.CATALOGUE,
                order=90,
                needs_clinic=False,
                is_setup=True,
            )
        )
