"""Structured data of an article's page (JSON-LD, schema.org).

It contains only what the page shows: a reviewer and a review date only if a clinician has signed,
and no claim that massage treats or prevents anything.
"""

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from articles.models import Article, Contributor, Source
from booking.models import ClinicProfile
from booking.models.current_clinic import clinic_date
from clinic.lib.text.json_ld import JsonLd, without_empty


def build_medical_web_page(
    article: Article, clinic: ClinicProfile | None, *, base_url: str, image: str
) -> JsonLd:
    """Return the MedicalWebPage of an article. `image` is the path of the picture for sharing."""
    publisher = _build_publisher(clinic)
    published = article.published_at
    return without_empty(
        {
            "@type": "MedicalWebPage",
            "url": base_url + reverse("article", args=[article.slug]),
            "headline": article.title,
            "description": article.description,
            "inLanguage": get_language(),
            "about": {"@type": "MedicalCondition", "name": _("restless legs syndrome")},
            "keywords": [topic.name for topic in article.topics.all()],
            "datePublished": clinic_date(published, clinic).isoformat() if published else None,
            "dateModified": clinic_date(article.changed_at, clinic).isoformat(),
            "author": build_person(article.author) if article.author else publisher,
            "publisher": publisher,
            "reviewedBy": build_person(article.reviewed_by) if article.reviewed_by else None,
            "lastReviewed": article.reviewed_on.isoformat() if article.reviewed_on else None,
            "image": base_url + image,
            "citation": [_build_citation(source) for source in article.sources.all()],
            "commentCount": len(article.comments.all()),
        }
    )


def build_person(contributor: Contributor) -> JsonLd:
    """Return the author or reviewer as a Person, with the credentials as entered."""
    return without_empty(
        {
            "@type": "Person",
            "name": contributor.name,
            "jobTitle": contributor.credentials,
            "description": contributor.bio,
        }
    )


def _build_citation(source: Source) -> JsonLd:
    return without_empty(
        {
            "@type": "ScholarlyArticle" if source.doi else "CreativeWork",
            "name": source.citation,
            "identifier": f"doi:{source.doi}" if source.doi else None,
            "url": source.link,
        }
    )


def _build_publisher(clinic: ClinicProfile | None) -> JsonLd | None:
    if not clinic:  # a lazy object is never None itself
        return None
    address = f"{clinic.identifier_url}/#clinic"
    return {"@type": "HealthAndBeautyBusiness", "@id": address, "name": clinic.name}
