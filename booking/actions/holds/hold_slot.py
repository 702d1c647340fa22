"""Hold a slot for a patient while they fill in the form."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from booking.actions.actor import Actor, EventKind
from booking.actions.appointments.record_event import record_event
from booking.actions.health.hold_answers import move_answers
from booking.actions.health.screening_requirements import require_online_booking_open
from booking.actions.holds.expire_holds import expire_overlapping_holds
from booking.actions.holds.holding_limits import (
    lock_holding_limits,
    record_origin,
    require_may_hold,
)
from booking.actions.holds.release_hold import release_hold
from booking.actions.locks import lock_resources, write_action, write_transaction
from booking.actions.rate_limit import (
    HOLD_LIMIT,
    HOLD_PER_MAILBOX_LIMIT,
    count_use,
    count_use_by_actor,
)
from booking.engine.slots import free_rooms
from booking.errors import (
    OptionNotOffered,
    ProofOfEmailNeeded,
    RateLimitExceeded,
    SlotNotOffered,
    SlotTaken,
)
from booking.inputs import SlotRequest
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile, Offer, Option, Patient, Screening
from booking.queries.appointments.holds_of_browser import holds_of_browser
from booking.queries.availability.assignment import assign_therapist
from booking.queries.availability.offers import find_offers
from booking.queries.availability.schedule_spans import suitable_room_ids
from booking.queries.availability.slots import Availability, load_availability, validate_start
from clinic.lib.dates import clock
from clinic.lib.dates.epoch import from_minutes, to_minutes

MAX_ACTIVE_HOLDS_PER_BROWSER = 2


@write_action
def hold_slot(
    slot_request: SlotRequest,
    *,
    by: Actor,
    browser_key: str,
    draft: str = "",
    previous_hold: Appointment | None = None,
    patient: Patient | None = None,
) -> Appointment:
    """Create a hold. A second request of one browser for the same time returns the same hold.

    `browser_key` identifies the browser; `patient` is a signed-in patient, to whom the hold
    belongs. When an expired hold is taken again, `draft` holds the typed details and
    `previous_hold` is that hold, whose answers are moved. A browser has at most
    MAX_ACTIVE_HOLDS_PER_BROWSER: another one replaces the oldest and takes over its draft and
    answers, unless they are about somebody else. Raises RateLimitExceeded or a Refusal: of the
    slot, of online booking, or of `holding_limits`.
    """
    clinic = ClinicProfile.objects.get()
    require_online_booking_open(clinic, by=by)
    validate_start(slot_request.start, clock.now())
    _count_attempt(by)
    with write_transaction():
        offers = _find_offers(slot_request, clinic)
        rooms = suitable_room_ids(_option_of_offers(offers).treatment)
        lock_resources(therapists=offers, rooms=rooms)
        lock_holding_limits(by)
        # Read again: what is offered, where and at which price may have changed before the lock.
        offers = _find_offers(slot_request, clinic, among=frozenset(offers))
        now = clock.now()
        active_holds = holds_of_browser(browser_key, now, patient=patient)
        existing = _find_same_hold(slot_request, active_holds, patient)
        if existing is not None:
            return existing
        if previous_hold is not None and not _is_for_same_person(previous_hold, patient, by):
            draft, previous_hold = "", None
        if not draft:
            until = _blocked_until(offers, slot_request.start)
            begun = _release_older_holds(active_holds, slot_request.start, until, patient, by)
            previous_hold = begun or previous_hold
            draft = previous_hold.draft if previous_hold is not None else ""
        _check_any_therapist_free(offers, slot_request.start, now)
        _expire_overlapping_holds(offers, rooms, slot_request.start, now)
        availability = _load_day_availability(clinic, offers, slot_request.start, now)
        hold = _create_hold(
            availability, slot_request, _Holder(browser_key, draft, patient), by=by, now=now
        )
        if previous_hold is not None:
            move_answers(previous_hold, hold)
    return hold


def _count_attempt(by: Actor) -> None:
    """Count an attempt of the mailbox that the visitor has proven, or else of the network address.

    Thus a visitor who shares a network address with a program that tries all the time can continue
    after proving an e-mail address.
    """
    if by.proven_mailbox:
        count_use(HOLD_PER_MAILBOX_LIMIT, by.proven_mailbox)
        return
    try:
        count_use_by_actor(HOLD_LIMIT, by)
    except RateLimitExceeded:
        raise ProofOfEmailNeeded() from None


def _find_offers(
    slot_request: SlotRequest, clinic: ClinicProfile, *, among: Collection[int] | None = None
) -> Mapping[int, Offer]:
    """Return the requested offers of the therapists whose primary keys are in `among`.

    Raises OptionNotOffered.
    """
    found = find_offers(
        clinic,
        slot_request.option,
        treatment=slot_request.treatment or None,
        therapist=slot_request.therapist,
    )
    offers = {pk: offer for pk, offer in found.items() if among is None or pk in among}
    if not offers:
        raise OptionNotOffered()
    return offers


@dataclass(frozen=True, slots=True)
class _Holder:
    """The browser and the patient that a hold is for, and the draft of the details."""

    browser_key: str
    draft: str
    patient: Patient | None


def _create_hold(
    availability: Availability,
    slot_request: SlotRequest,
    holder: _Holder,
    *,
    by: Actor,
    now: datetime,
) -> Appointment:
    start = to_minutes(slot_request.start)
    slot = availability.find_slot(start)
    if slot is None:
        raise SlotTaken() if availability.is_bookable_when_empty(start) else SlotNotOffered()
    session, slot_query = availability.session, availability.slot_query
    offer = availability.offers[assign_therapist(availability, slot)]
    hold = Appointment(
        option=availability.option,
        therapist=offer.therapist,
        room_id=free_rooms(start, session, slot_query.rooms)[0],
        patient=holder.patient,
        any_therapist=slot_request.therapist is None,
        starts_at=from_minutes(start),
        ends_at=from_minutes(start + session.minutes),
        blocked_until=from_minutes(start + session.total),
        status=Status.HOLD,
        price=offer.price,
        currency=availability.clinic.currency,
        hold_expires_at=now + timedelta(minutes=availability.clinic.hold_minutes),
        browser_key=holder.browser_key,
        draft=holder.draft,
        created_at=now,
    )
    require_may_hold(hold, by=by, clinic=availability.clinic, now=now)
    hold.save(force_insert=True)
    record_origin(hold, by=by)
    record_event(hold, EventKind.HELD, by=by)
    return hold


def _load_day_availability(
    clinic: ClinicProfile, offers: Mapping[int, Offer], start: datetime, now: datetime
) -> Availability:
    day = clinic.local_date(start)
    return load_availability(clinic, offers, first=day, last=day, now=now)


def _expire_overlapping_holds(
    offers: Mapping[int, Offer], rooms: Collection[int], start: datetime, now: datetime
) -> None:
    expire_overlapping_holds(
        offers, rooms, starts_at=start, blocked_until=_blocked_until(offers, start), now=now
    )


def _check_any_therapist_free(offers: Mapping[int, Offer], start: datetime, now: datetime) -> None:
    """Raise SlotTaken early if all therapists are occupied, before their hours are read."""
    blocked_until = _blocked_until(offers, start)
    overlapping = Appointment.objects.occupying(now).overlapping(start, blocked_until).order_by()
    if set(overlapping.values_list("therapist_id", flat=True)).issuperset(offers):
        raise SlotTaken()


def _is_for_same_person(earlier: Appointment, patient: Patient | None, by: Actor) -> bool:
    """Return whether the draft and answers of an earlier hold are about the same person.

    A guest may have signed in since. A proxy takes over a hold of the same patient only if all its
    answers are the proxy's own.
    """
    if earlier.patient_id is None:
        return by.for_patient is None
    if patient is None or earlier.patient_id != patient.pk:
        return False
    return by.for_patient is None or not earlier.screenings.exclude(user=by.user).exists()


def _find_same_hold(
    slot_request: SlotRequest, active_holds: Sequence[Appointment], patient: Patient | None
) -> Appointment | None:
    """Return the hold that an identical earlier request (a double click, a retry) has made."""
    patient_pk = patient.pk if patient is not None else None
    for hold in active_holds:
        therapist = None if hold.any_therapist else hold.therapist.slug
        if (hold.patient_id, hold.option_id, hold.starts_at, therapist) == (
            patient_pk, slot_request.option, slot_request.start, slot_request.therapist,
        ):  # fmt: skip
            return hold
    return None


def _release_older_holds(
    active_holds: Sequence[Appointment],
    starts_at: datetime,
    blocked_until: datetime,
    patient: Patient | None,
    by: Actor,
) -> Appointment | None:
    """Release holds that overlap the new time or exceed the limit of a browser.

    Returns the newest of them that is of the same person and has a draft or answers, or None.
    """
    answered = set(
        Screening.objects.filter(appointment__in=[hold.pk for hold in active_holds]).values_list(
            "appointment", flat=True
        )
    )
    of_person = [hold for hold in active_holds if _is_for_same_person(hold, patient, by)]
    begun = next((hold for hold in of_person if hold.draft or hold.pk in answered), None)
    for rank, hold in enumerate(active_holds):
        overlaps = hold.starts_at < blocked_until and starts_at < hold.blocked_until
        if overlaps or rank >= MAX_ACTIVE_HOLDS_PER_BROWSER - 1:
            release_hold(hold, by=_who_releases(hold, by), delete_answers=False)
    return begun


def _who_releases(hold: Appointment, by: Actor) -> Actor:
    """Return the actor of the release: the system if the hold was taken for another patient."""
    acts_for = by.for_patient
    is_for_somebody_else = acts_for is not None and hold.patient_id not in (None, acts_for.pk)
    return Actor.system() if is_for_somebody_else else by


def _blocked_until(offers: Mapping[int, Offer], start: datetime) -> datetime:
    option = _option_of_offers(offers)
    return start + timedelta(minutes=option.minutes + option.turnaround_minutes)


def _option_of_offers(offers: Mapping[int, Offer]) -> Option:
    return next(iter(offers.values())).option
