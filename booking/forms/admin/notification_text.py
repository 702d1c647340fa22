"""Forms for the text of a kind of mail, and for when optional mails are sent."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as now_translated
from django.utils.translation import gettext_lazy as _

from booking.forms.fields import MultilineField, SingleLineField
from booking.models import ClinicProfile
from booking.models.clinic import validate_reminders
from booking.notifications.kinds import NotificationKind
from booking.notifications.rendering import PLACEHOLDER
from booking.notifications.sanitizing import MAX_SUBJECT_LENGTH

BODY_MAX_LENGTH = 4000
BRACES_PATTERN = re.compile(r"\{[^{}]{0,40}\}?|\}")


class NotificationTextForm(forms.Form):
    """Subject and text of a mail. Only the placeholders of its kind may be in braces."""

    subject = SingleLineField(
        label=_("Subject"),
        max_length=MAX_SUBJECT_LENGTH,
        error_messages={"required": _("A mail needs a subject.")},
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    body = MultilineField(
        label=_("Text"),
        max_length=BODY_MAX_LENGTH,
        error_messages={"required": _("A mail needs a text.")},
        widget=forms.Textarea(attrs={"rows": 14, "class": "vLargeTextField"}),
        help_text=_(
            "An empty line begins a new paragraph. The button, the clinic's signature and how to "
            "reply are added below it by themselves."
        ),
    )

    def __init__(self, *args: Any, kind: NotificationKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind

    @property
    def words(self) -> tuple[str, str]:
        """The subject and text of a valid form."""
        return self.cleaned_data["subject"], self.cleaned_data["body"]

    def clean_subject(self) -> str:
        return self._checked(self.cleaned_data["subject"])

    def clean_body(self) -> str:
        body = self._checked(self.cleaned_data["body"])
        missing = [
            name for name in sorted(self.kind.required_placeholders) if f"{{{name}}}" not in body
        ]
        if missing:
            raise ValidationError(
                _("Without {%(name)s} this mail is of no use. Please put it somewhere."),
                params={"name": missing[0]},
                code="missing",
            )
        return body

    def _checked(self, text: str) -> str:
        known = {f"{{{name}}}" for name in self.kind.placeholders}
        unknown = [
            word
            for word in BRACES_PATTERN.findall(PLACEHOLDER.sub(_drop_known(known), text))
            if word
        ]
        if unknown:
            raise ValidationError(
                _("%(word)s is no placeholder of this mail. These are: %(names)s."),
                params={"word": unknown[0], "names": ", ".join(sorted(known))},
                code="unknown",
            )
        return text


class NotificationSettingsForm(forms.Form):
    """When reminders are sent, and whether thank-you mails are."""

    hours = SingleLineField(
        label=_("Remind patients so many hours before"),
        required=False,
        max_length=60,
        help_text=_(
            "Up to five numbers with commas between them: 48, 3 is two days and three hours "
            "before. Empty: no reminders. Nobody is reminded of what they booked later than that."
        ),
    )
    thanks = forms.BooleanField(
        label=_("Say thank you on the day after"),
        required=False,
        help_text=_("With the way to book again. Each such mail can be stopped with one press."),
    )

    def __init__(self, *args: Any, clinic: ClinicProfile, **kwargs: Any) -> None:
        hours = ", ".join(str(hour) for hour in clinic.reminder_hours)
        kwargs["initial"] = {"hours": hours, "thanks": clinic.thank_you_mail}
        super().__init__(*args, **kwargs)

    def clean_hours(self) -> list[int]:
        numbers = [word.strip() for word in self.cleaned_data["hours"].split(",") if word.strip()]
        hours = [int(word) for word in numbers if word.isascii() and word.isdigit()]
        if len(hours) < len(numbers):
            raise ValidationError(
                now_translated("Please write whole numbers with commas between them: 48, 3.")
            )
        validate_reminders(hours)
        return sorted(set(hours), reverse=True)


def _drop_known(known: set[str]) -> Any:
    """Return a replacement that removes known placeholders, so that what is left is unknown."""
    return lambda match: "" if match[0] in known else match[0]
