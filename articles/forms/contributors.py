"""The owner: who writes articles, and who may sign them."""

from typing import Any

from django import forms

from articles.models import Contributor
from booking.models import User


class ContributorForm(forms.ModelForm):
    """A contributor. The sign-in can be chosen among active staff."""

    class Meta:
        model = Contributor
        fields = ("name", "slug", "credentials", "bio", "is_clinician", "user")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff: Any = self.fields["user"]
        staff.queryset = User.objects.filter(is_staff=True, is_active=True)
