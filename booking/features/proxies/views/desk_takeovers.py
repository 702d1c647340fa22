"""The page of the desk on which staff hand a record over to a grown child."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from booking.actions.audit.reads import record_patient_read
from booking.errors import Refusal
from booking.features.proxies.actions.takeovers import decline_takeover, hand_over_record
from booking.features.proxies.forms import HandOverForm
from booking.features.proxies.queries.takeovers import (
    TakeoverCandidate,
    open_takeovers,
    takeover_candidates,
)
from booking.features.proxies.views.desk import FOLDER, for_all_contacts
from booking.models import ClinicProfile
from booking.views.form_pages import audited_staff_actor, get_clinic_or_404
from clinic.lib.dates import clock, date_format
from clinic.lib.http.form_pages import form_page, form_status, see_other


@for_all_contacts
@form_page
def decide_takeover(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """GET shows who asks and the records that may be meant; POST hands over, or declines."""
    takeover = get_object_or_404(open_takeovers(clock.now()), public_id=public_id)
    by, clinic = audited_staff_actor(request), get_clinic_or_404(request)
    candidates = takeover_candidates(takeover)
    for candidate in candidates:
        record_patient_read(candidate.patient, by=by)
    is_decline = "decline" in request.POST
    form = HandOverForm(
        request.POST if request.method == "POST" else None,
        records=_choices(candidates, clinic),
        is_decline=is_decline,
        initial=_only_one(candidates),
    )
    if form.is_valid() and (is_decline or "record" in form.cleaned_data):
        reason = form.cleaned_data["reason"]
        try:
            if is_decline:
                decline_takeover(public_id, reason, by=by)
                messages.success(request, _("Declined."))
                return see_other("desk-proxies")
            record = UUID(form.cleaned_data["record"])
            patient = hand_over_record(public_id, record, reason, by=by)
            messages.success(
                request, _("Handed over. Both sides get a mail. You can undo it for a day.")
            )
            return see_other("desk-patient", patient.public_id)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    context = {"form": form, "takeover": takeover, "candidates": candidates}
    return render(request, f"{FOLDER}/takeover.html", context, status=form_status(form))


def _choices(
    candidates: Sequence[TakeoverCandidate], clinic: ClinicProfile
) -> list[tuple[str, str]]:
    """Return the public id of each record with a text, such as "Mia Reader (same name) · Ana Reader
    books for them · last visit 3 Nov 2026"."""
    return [
        (str(candidate.patient.public_id), _text(candidate, clinic)) for candidate in candidates
    ]


def _text(candidate: TakeoverCandidate, clinic: ClinicProfile) -> str:
    parts = [candidate.patient.name]
    if not candidate.has_same_name:
        parts.append(_("another name"))
    if candidate.proxies:
        parts.append(_("%(names)s acts for them") % {"names": ", ".join(candidate.proxies)})
    if candidate.last_visit is not None:
        day = date_format.short_date(clinic.local_date(candidate.last_visit))
        parts.append(_("last appointment %(day)s") % {"day": day})
    return " · ".join(parts)


def _only_one(candidates: Sequence[TakeoverCandidate]) -> dict[str, str]:
    """Return the choice that is made already: the only record, if the name is the same, too."""
    if len(candidates) == 1 and candidates[0].has_same_name:
        return {"record": str(candidates[0].patient.public_id)}
    return {}
