"""Structured data of pages for search engines (schema.org, as JSON-LD).

It holds nothing that the page itself does not show, and nothing about health.
"""

from collections.abc import Sequence
from datetime import time
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from booking.models import ClinicProfile, Option
from booking.queries.availability.opening_hours import DayHours
from booking.queries.catalogue import BookableTreatment
from booking.queries.staff.team import TeamMember
from clinic.lib.text.json_ld import JsonLd, without_empty
from clinic.lib.text.money import format_money, format_plain_amount


def business_json_ld(
    clinic: ClinicProfile,
    week: Sequence[DayHours],
    treatments: Sequence[BookableTreatment],
    base_url: str,
) -> JsonLd:
    """Return the clinic with its address, opening hours and prices."""
    return without_empty(
        {
            **_clinic_reference(clinic),
            "url": f"{base_url}/",
            "description": clinic.tagline,
            "telephone": clinic.phone,
            "email": clinic.email,
            "address": without_empty(
                {
                    "@type": "PostalAddress",
                    "streetAddress": clinic.street,
                    "addressLocality": clinic.city,
                    "addressRegion": clinic.region,
                    "postalCode": clinic.postcode,
                    "addressCountry": clinic.country,
                }
            ),
            "openingHoursSpecification": [
                {
                    "@type": "OpeningHoursSpecification",
                    "dayOfWeek": f"https://schema.org/{day.weekday.name.title()}",
                    "opens": f"{starts:%H:%M}",
                    "closes": "23:59" if ends == time() else f"{ends:%H:%M}",
                }
                for day in week
                for starts, ends in day.stretches
            ],
            "priceRange": price_range(treatments, clinic.currency),
            "currenciesAccepted": clinic.currency,
        }
    )


def service_json_ld(clinic: ClinicProfile, bookable: BookableTreatment, base_url: str) -> JsonLd:
    """Return a treatment with the price of each length."""
    treatment = bookable.treatment
    return without_empty(
        {
            "@type": "Service",
            "name": treatment.name,
            "description": treatment.summary,
            "url": base_url + reverse("treatment", args=[treatment.slug]),
            "provider": _clinic_reference(clinic),
            "offers": [
                _offer_json_ld(clinic, bookable, option, base_url) for option in bookable.options
            ],
        }
    )


def person_json_ld(clinic: ClinicProfile, member: TeamMember, base_url: str) -> JsonLd:
    """Return a therapist, with the credentials exactly as the clinic entered them."""
    therapist = member.therapist
    return without_empty(
        {
            "@type": "Person",
            "name": therapist.name,
            "url": base_url + reverse("therapist", args=[therapist.slug]),
            "jobTitle": therapist.credentials,
            "image": _photo_url(member, base_url),
            "knowsLanguage": member.languages,
            "worksFor": _clinic_reference(clinic),
        }
    )


def _photo_url(member: TeamMember, base_url: str) -> str:
    """Return the address of a team member's photo, or "" without one."""
    therapist, width = member.therapist, member.large_photo_width
    if not width:
        return ""
    return base_url + reverse("therapist-photo", args=[therapist.pk, therapist.photo_digest, width])


def price_range(treatments: Sequence[BookableTreatment], currency: str) -> str:
    """Return the range of all prices: $58.00 to $149.00. Blank if nothing can be booked."""
    if not treatments:
        return ""
    return price_span(
        min(bookable.lowest_price for bookable in treatments),
        max(bookable.highest_price for bookable in treatments),
        currency,
    )


def price_span(lowest: Decimal, highest: Decimal, currency: str) -> str:
    """Return a price or a range of prices: $85.00, or $85.00 to $105.00."""
    if lowest == highest:
        return format_money(lowest, currency)
    ends = {"lowest": format_money(lowest, currency), "highest": format_money(highest, currency)}
    return _("%(lowest)s to %(highest)s") % ends


def _offer_json_ld(
    clinic: ClinicProfile, bookable: BookableTreatment, option: Option, base_url: str
) -> JsonLd:
    lowest: Decimal = option.lowest_price  # type: ignore[attr-defined]
    highest: Decimal = option.highest_price  # type: ignore[attr-defined]
    book = reverse("choose", args=[bookable.treatment.slug])
    offer = {
        "@type": "Offer",
        "name": f"{bookable.treatment.name}, {option.minutes} min",
        "priceCurrency": clinic.currency,
        "url": f"{base_url}{book}?option={option.pk}",
    }
    if lowest == highest:
        return {**offer, "price": format_plain_amount(lowest, clinic.currency)}
    return {
        **offer,
        "@type": "AggregateOffer",
        "lowPrice": format_plain_amount(lowest, clinic.currency),
        "highPrice": format_plain_amount(highest, clinic.currency),
    }


def _clinic_reference(clinic: ClinicProfile) -> JsonLd:
    return {
        "@type": "HealthAndBeautyBusiness",
        "@id": f"{clinic.identifier_url}/#clinic",
        "name": clinic.name,
    }
