"""What the demo clinic is. Every name, address and number is invented.

Addresses end in .example, phone numbers are from the range kept for fiction (555-01xx).
Treatments are described as they are done; nothing is promised.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

PROFILE = {
    "name": "Lakeside Massage (demo)",
    "tagline": "A calm place for tired people. This clinic is invented.",
    "street": "100 Example Street",
    "city": "Chicago",
    "region": "IL",
    "postcode": "60600",
    "country": "US",
    "phone": "+1 312-555-0142",
    "email": "hello@lakeside-massage.example",
    "time_zone": "America/Chicago",
    "currency": "USD",
}

QUIET, STUDIO = "Quiet room", "Studio with floor space"

ROOMS: Sequence[tuple[str, str, str]] = (
    ("Lake room", QUIET, "Ground floor, first door on the left. No steps."),
    ("North studio", STUDIO, "Ground floor, at the end of the hall, past the water fountain."),
    ("Dune room", QUIET, "Second floor. Take the elevator, then turn right."),
    ("South studio", STUDIO, "Second floor. Take the elevator, then turn left, second door."),
)
"""Name, kind, how to find it. The kinds alternate, so that any two rooms are of both."""

MORE_DIRECTIONS = "Second floor, follow the numbers on the doors."


@dataclass(frozen=True)
class TreatmentText:
    """One treatment; `options` are (minutes, minutes to clean up, price in USD)."""

    name: str
    slug: str
    summary: str
    description: str
    options: Sequence[tuple[int, int, int]]
    room_kind: str | None = None
    notice_minutes: int | None = None
    weight: int = 1  # how often it is asked for, compared with the others


MOVING = (
    "Lying still can make legs restless. Say so at any time: you can bend your knees, turn "
    "over, stand up and walk, or go on seated."
)
SORENESS = "You may be a little sore until the day after."

TREATMENTS: Sequence[TreatmentText] = (
    TreatmentText(
        "Swedish massage",
        "swedish-massage",
        "Long gliding strokes, kneading and light tapping, with oil. Light to medium pressure.",
        f"The gentlest choice, and a good first one to try. You choose the areas, the pressure "
        f"and how much clothing you keep on.\n\n{MOVING}",
        ((30, 10, 58), (60, 15, 95), (90, 15, 135)),
        weight=5,
    ),
    TreatmentText(
        "Deep tissue massage",
        "deep-tissue-massage",
        "Slow, firm work on deeper muscle. Firm pressure.",
        f"Firmer is not better: it has not been shown to do more for restless legs, and "
        f"soreness afterwards is more common. On a scale of comfort from 0 to 10 we stay "
        f"between 3 and 5. {SORENESS}\n\n{MOVING}",
        ((30, 10, 65), (45, 15, 88), (60, 15, 108)),
        weight=3,
    ),
    TreatmentText(
        "Trigger point therapy",
        "trigger-point-therapy",
        "Steady, firm pressure on single tender spots.",
        f"A short session for one or two areas. The idea behind trigger points is disputed, "
        f"so we go by what feels right to you. {SORENESS}",
        ((30, 10, 62), (45, 10, 85)),
        weight=2,
    ),
    TreatmentText(
        "Myofascial release",
        "myofascial-release",
        "Slow, sustained stretch and pressure of the tissue around muscles.",
        f"Light to medium pressure, mostly without oil. That the tissue is really “released” "
        f"has not been proven.\n\n{MOVING}",
        ((30, 10, 64), (60, 15, 104)),
        weight=2,
    ),
    TreatmentText(
        "Sports massage",
        "sports-massage",
        "A mix of Swedish and deep tissue massage around exercise. Medium to firm pressure.",
        f"Before or after training. We use a studio with room to move and stretch. {SORENESS}",
        ((30, 10, 60), (45, 10, 82), (60, 15, 102)),
        room_kind=STUDIO,
        weight=2,
    ),
    TreatmentText(
        "Pregnancy massage",
        "pregnancy-massage",
        "Lying on your side, held by cushions. Gentle, light to medium pressure.",
        "By our policy from the 13th week on. That is caution, not proof of harm before. We do "
        "no deep work on the legs and put no pressure on the belly, and we look at your legs "
        "each time. If your pregnancy has complications, ask your doctor or midwife first.",
        ((45, 15, 88), (60, 15, 105)),
        room_kind=QUIET,
        notice_minutes=24 * 60,
        weight=1,
    ),
)

CREDENTIALS = "Licensed massage therapist (demo)"

Week = Sequence[tuple[int, int, int]]
"""Weekday (Monday is 0), from, until; minutes since 00:00."""


def week(pattern: str) -> Week:
    """Read "0,1 9:00-13:00 14:00-18:00; 5 9:00-14:00": days, then their spans."""
    found = []
    for part in pattern.split(";"):
        days, *spans = part.split()
        for span in spans:
            start, end = (_minutes(text) for text in span.split("-"))
            found += [(int(day), start, end) for day in days.split(",")]
    return found


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


@dataclass(frozen=True)
class TherapistText:
    """One therapist. `later` are the hours that replace `hours` in four weeks, if any."""

    name: str
    languages: str
    bio: str
    hours: Week
    later: Week | None = None
    leaves_out: Sequence[str] = ()  # slugs of treatments not given
    own_prices: dict[tuple[str, int], Decimal] = field(default_factory=dict)


THERAPISTS: Sequence[TherapistText] = (
    TherapistText(
        "Maya Lindqvist",
        "English, Swedish",
        "Works slowly and asks often whether the pressure is right. Likes people to keep "
        "moving when their legs want to.",
        week("0,1,3 9:00-13:00 14:00-18:00; 4 9:00-14:00"),
        own_prices={
            ("swedish-massage", 60): Decimal(105),
            ("swedish-massage", 90): Decimal(149),
        },
    ),
    TherapistText(
        "Daniel Okafor",
        "English",
        "Has evening appointments, for people whose hard hours are at night.",
        week("1,2,3,4 12:00-16:00 16:30-20:30"),
        leaves_out=("pregnancy-massage",),
    ),
    TherapistText(
        "Rosa Delgado",
        "English, Spanish",
        "Starts early, and is here on Saturdays. Works seated or lying, as you prefer.",
        week("0,1,2,3 8:00-12:00 12:30-16:00; 5 9:00-14:00"),
    ),
    TherapistText(
        "Priya Nair",
        "English, Hindi, Malayalam",
        "Explains every step before it comes, and works with you lying on your side if lying "
        "on your front is uncomfortable.",
        week("0,2,4 10:00-14:00 15:00-18:30"),
        later=week("0,2 10:00-14:00 15:00-18:30; 5 9:00-15:00"),
        leaves_out=("sports-massage", "deep-tissue-massage"),
    ),
    TherapistText(
        "Tom Becker",
        "English, German",
        "New in the team. Works around running and cycling, and never harder than you want.",
        week("2,3 13:00-17:00 17:30-21:00; 4 9:00-13:00 14:00-17:00; 5 10:00-16:00"),
        leaves_out=("pregnancy-massage", "myofascial-release"),
        own_prices={
            ("swedish-massage", 60): Decimal(85),
            ("sports-massage", 60): Decimal(92),
        },
    ),
)

NOTES = (
    "Please use oil without scent.",
    "Stairs are hard for me, a room on the ground floor would help.",
    "I would like to keep my socks on.",
    "My legs get restless when I lie still, I may need to get up.",
    "I may be five minutes late, my bus comes at ten to.",
    "No music please.",
)
"""What patients write to the clinic when they book."""
