"""Forms for the kind of a room, and for the kind of room that a treatment needs."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.models import RoomKind

if TYPE_CHECKING:
    RoomKindField = forms.ModelChoiceField[RoomKind]
else:  # cannot be subscripted at run time
    RoomKindField = forms.ModelChoiceField

KIND_ERRORS: dict[str, Any] = {
    "required": _("Please choose a kind of room."),
    "invalid_choice": _("Please choose one of the kinds shown."),
}


class RoomKindForm(forms.Form):
    """The new kind of a room."""

    kind = RoomKindField(
        label=_("Kind of room"),
        queryset=RoomKind.objects.all(),
        empty_label=None,
        error_messages=KIND_ERRORS,
    )


class NeededRoomKindForm(forms.Form):
    """The kind of room that a treatment needs from now on; empty if any room will do."""

    kind = RoomKindField(
        label=_("Needs a room of this kind"),
        queryset=RoomKind.objects.all(),
        required=False,
        empty_label=_("Any room"),
        error_messages=KIND_ERRORS,
    )
