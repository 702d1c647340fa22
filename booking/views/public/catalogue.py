"""The public pages of treatments and therapists."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.models import Therapist
from booking.models.current_clinic import current_clinic
from booking.queries.availability.next_times import find_next_times
from booking.queries.availability.offers import find_offers
from booking.queries.catalogue import bookable_treatments, find_bookable_treatment
from booking.queries.staff.team import find_team_member, load_team
from booking.views.kept_pages import keep_for_visitors
from clinic.lib.dates import clock
from clinic.lib.http.access_marks import open_to_all
from clinic.lib.http.pictures import picture_response


@open_to_all
@require_safe
@keep_for_visitors
def treatments(request: HttpRequest) -> HttpResponse:
    """GET /treatments/: all treatments that can be booked."""
    context = {
        "treatments": bookable_treatments(),
        "page_title": _("Treatments and prices"),
        "page_description": _(
            "Every massage we give, in plain words, with lengths and prices. Book online or call."
        ),
    }
    return render(request, "booking/public/catalogue/treatment_list.html", context)


@open_to_all
@require_safe
@keep_for_visitors
def treatment(request: HttpRequest, slug: str) -> HttpResponse:
    """GET /treatments/<slug>/: a treatment with its next free times."""
    bookable, clinic = find_bookable_treatment(slug), current_clinic(request)
    if bookable is None:
        raise Http404
    offers = find_offers(clinic, bookable.default_option.pk) if clinic else {}
    context = {
        "bookable": bookable,
        "treatment": bookable.treatment,
        "members": [
            member
            for member in load_team()
            if any(offered.treatment == bookable.treatment for offered in member.offered)
        ],
        "option": bookable.default_option,
        "times": find_next_times(clinic, offers, now=clock.now()) if clinic else [],
        "page_title": bookable.treatment.name,
        "page_description": bookable.treatment.summary or bookable.treatment.name,
    }
    return render(request, "booking/public/catalogue/treatment.html", context)


@open_to_all
@require_safe
@keep_for_visitors
def therapists(request: HttpRequest) -> HttpResponse:
    """GET /therapists/: all therapists who take appointments."""
    context = {
        "members": load_team(),
        "page_title": _("Our therapists"),
        "page_description": _(
            "The people who give the massages: what each of them does, and in which languages."
        ),
    }
    return render(request, "booking/public/catalogue/therapist_list.html", context)


@open_to_all
@require_safe
@keep_for_visitors
def therapist(request: HttpRequest, slug: str) -> HttpResponse:
    """GET /therapists/<slug>/: a therapist with their next free times."""
    member, clinic = find_team_member(slug), current_clinic(request)
    if member is None:
        raise Http404
    default_offer = member.offered[0].default_offer if member.offered else None
    times = []
    if clinic is not None and default_offer is not None:
        offers = find_offers(clinic, default_offer.option_id, therapist=member.therapist.pk)
        times = find_next_times(clinic, offers, now=clock.now())
    context = {
        "member": member,
        "therapist": member.therapist,
        "option": default_offer.option if default_offer else None,
        "treatment": default_offer.option.treatment if default_offer else None,
        "times": times,
        "page_title": member.therapist.name,
        "page_description": _("%(name)s: treatments, prices and next free times.")
        % {"name": member.therapist.name},
    }
    return render(request, "booking/public/catalogue/therapist.html", context)


@open_to_all
@require_safe
def therapist_photo(
    request: HttpRequest, pk: int, digest: str, width: int
) -> FileResponse | HttpResponse:
    """GET /therapists/photos/<pk>/<digest>/<width>.webp: a photo file, cached for a year."""
    row = Therapist.objects.filter(pk=pk, photo_digest=digest, is_active=True).first()
    if row is None or not digest or width not in row.photo_widths:
        raise Http404
    return picture_response(row.photo_path(width), name=f"{digest}-{width}.webp")
