"""python manage.py rotate_keys: encrypt everything under the first of FIELD_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.features.privacy.actions.rotate_keys import (
    RotationProgress,
    rotate_field_keys,
    rotate_link_keys,
)


class Command(BaseCommand):
    help = str(
        gettext_lazy(
            "Encrypt everything under the first of FIELD_KEYS, while the site runs. It can be "
            "stopped and run again."
        )
    )

    def handle(self, *args: Any, **options: Any) -> None:
        last: dict[str, RotationProgress] = {}
        for progress in rotate_field_keys():
            last[progress.label] = progress
            self._write(progress)
        left = sum(progress.left for progress in last.values())
        for progress in rotate_link_keys():
            self._write(progress)
        if left:
            raise CommandError(
                _(
                    "%(left)d values are left. If no key reads them, add the key that is missing; "
                    "else run this again."
                )
                % {"left": left}
            )
        self.stdout.write(_("Done. Everything is under the first key: older ones can be removed."))

    def _write(self, progress: RotationProgress) -> None:
        text = _("%(label)s: %(changed)d changed, %(left)d left") % {
            "label": progress.label,
            "changed": progress.changed,
            "left": progress.left,
        }
        if progress.unreadable:
            text += _(", %(count)d that no key reads") % {"count": progress.unreadable}
        self.stdout.write(text)
