"""The owner: what is required before an article is published."""

from django import forms

from articles.models import ArticleSettings


class ArticleSettingsForm(forms.ModelForm):
    """What is required before publication."""

    class Meta:
        model = ArticleSettings
        fields = ("requires_approval", "requires_clinician_signature")
