"""The data of the demo clinic. Every name, address and number is invented.

Addresses end in .example, phone numbers are from the range kept for fiction (555-01xx).
Treatments are described as they are done; nothing is promised.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from booking.screening.outcomes import Pressure

PROFILE = {
    "name": "Lakeside Massage (demo)",
    "tagline": "A calm place for tired people. This clinic is invented.",
    "about": (
        "We are a small massage clinic near the lake. Most people who come here are tired. Some "
        "of them have restless legs and have not slept well for a long time.\n\n"
        "So we keep things quiet. The rooms are warm, the light is low, and nobody hurries you. "
        "You talk first, and we listen.\n\n"
        "This clinic is a demo. Its people, its prices and its address are invented."
    ),
    "street": "100 Example Street",
    "city": "Chicago",
    "region": "IL",
    "postcode": "60600",
    "country": "US",
    "directions": (
        "Ring the bell marked Lakeside. The door opens by itself, and reception is on the left "
        "on the ground floor.\n\n"
        "By bus or train: the stop Example Street is two minutes away on foot.\n\n"
        "By car: there are six free parking spaces behind the building. Drive in through the "
        "gate next to the bakery."
    ),
    "wheelchair_access": (
        "There are no steps at the entrance, and the door is 36 inches (92 cm) wide. Two "
        "treatment rooms and an accessible toilet are on the ground floor. An elevator goes to "
        "the second floor.\n\n"
        "The tables can be lowered to 18 inches (46 cm). Call us if you would like help getting "
        "onto one, or prefer to have your massage in your own chair."
    ),
    "phone": "+1 312-555-0142",
    "email": "hello@lakeside-massage.example",
    "time_zone": "America/Chicago",
    "currency": "USD",
}

QUIET_ROOM, STUDIO_ROOM = "Quiet room", "Studio with floor space"

ROOMS: Sequence[tuple[str, str, str]] = (
    ("Lake room", QUIET_ROOM, "Ground floor, first door on the left. No steps."),
    ("North studio", STUDIO_ROOM, "Ground floor, at the end of the hall, past the water fountain."),
    ("Dune room", QUIET_ROOM, "Second floor. Take the elevator, then turn right."),
    ("South studio", STUDIO_ROOM, "Second floor. Take the elevator, then turn left, second door."),
)
"""Name, kind and directions. The kinds alternate, so that any two rooms are of both kinds."""

ADDITIONAL_ROOM_DIRECTIONS = "Second floor, follow the numbers on the doors."


@dataclass(frozen=True)
class TreatmentData:
    """One treatment; `options` are (minutes, minutes to clean up, price in USD)."""

    name: str
    slug: str
    summary: str
    description: str
    who_for: str
    what_to_expect: str
    ask_first: str
    options: Sequence[tuple[int, int, int]]
    room_kind: str | None = None
    notice_minutes: int | None = None
    weight: int = 1  # how often it is asked for, compared with the others
    pressure: Pressure = Pressure.GENTLE


BEFORE_TEXT = (
    "First we talk, and you say which areas, how much pressure, and what you keep on. You may "
    "keep your clothes on."
)
MOVING_TEXT = (
    "Lying still can make legs restless. Say so at any time: you can bend your knees, turn "
    "over, stand up and walk, or go on seated."
)
AFTERWARDS_TEXT = "Get up slowly. You may be a little sore until the day after."
PRESSURE_SCALE_TEXT = (
    "Say at once if it hurts, tingles or goes numb. From 0 to 10 we stay between 3 and 5."
)
ASK_DOCTOR_TEXT = (
    "Ask your doctor before you book if you take blood thinners, have had a blood clot, have "
    "cancer, heart or kidney failure, very thin bones, or had an operation in the last six "
    "weeks.\n\n"
    "Please stay at home with a fever, or when you feel ill."
)
ASK_DOCTOR_FIRM_TEXT = (
    "Firm pressure is not for everybody. Ask your doctor before you book if you take blood "
    "thinners, bruise easily, have had a blood clot, have thin bones, or have little "
    "feeling in your legs. Ask too if you have cancer, heart or kidney failure, or had an "
    "operation in the last three months.\n\n"
    "Please stay at home with a fever, or when you feel ill."
)

TREATMENTS: Sequence[TreatmentData] = (
    TreatmentData(
        "Swedish massage",
        "swedish-massage",
        "Long gliding strokes, kneading and light tapping, with oil. Light to medium pressure.",
        "A slow, even massage of the whole body, or of the parts you choose. It is the gentlest "
        "one we give.",
        "A good first choice if you have not had a massage before, if you want to rest, or if "
        "your legs are restless.",
        f"{BEFORE_TEXT}\n\n{MOVING_TEXT}\n\n{AFTERWARDS_TEXT}",
        ASK_DOCTOR_TEXT,
        ((30, 10, 58), (60, 15, 95), (90, 15, 135)),
        weight=5,
    ),
    TreatmentData(
        "Deep tissue massage",
        "deep-tissue-massage",
        "Slow, firm work on deeper muscle. Firm pressure.",
        "Your therapist works slowly, with firm pressure, on a few areas. Firmer is not better: "
        "it has not been shown to do more for restless legs.",
        "People who know that they like firm pressure. If you are not sure, try Swedish massage "
        "first.",
        f"{BEFORE_TEXT}\n\n{PRESSURE_SCALE_TEXT}\n\n{MOVING_TEXT}\n\n"
        "Soreness afterwards is more common than after a gentle massage. "
        "It should be gone the day after.",
        ASK_DOCTOR_FIRM_TEXT,
        ((30, 10, 65), (45, 15, 88), (60, 15, 108)),
        weight=3,
        pressure=Pressure.FIRM,
    ),
    TreatmentData(
        "Trigger point therapy",
        "trigger-point-therapy",
        "Steady, firm pressure on single tender spots.",
        "A short session for one or two areas. The idea behind trigger points is disputed, so "
        "we go by what feels right to you.",
        "People who want work on one place, such as a shoulder or a calf, and like firm pressure.",
        f"{BEFORE_TEXT}\n\n{PRESSURE_SCALE_TEXT}\n\n{AFTERWARDS_TEXT}",
        ASK_DOCTOR_FIRM_TEXT,
        ((30, 10, 62), (45, 10, 85)),
        weight=2,
        pressure=Pressure.FIRM,
    ),
    TreatmentData(
        "Myofascial release",
        "myofascial-release",
        "Slow, sustained stretch and pressure of the tissue around muscles.",
        "The hands stay in one place for a long time and stretch slowly, mostly without oil. "
        "That the tissue is really “released” has not been proven.",
        "People who like slow work, light to medium pressure, and no oil on the skin.",
        f"{BEFORE_TEXT}\n\n{MOVING_TEXT}\n\n{AFTERWARDS_TEXT}",
        ASK_DOCTOR_TEXT,
        ((30, 10, 64), (60, 15, 104)),
        weight=2,
    ),
    TreatmentData(
        "Sports massage",
        "sports-massage",
        "A mix of Swedish and deep tissue massage around exercise. Medium to firm pressure.",
        "Work on the muscles you use most, before or after training. We use a studio with room "
        "to move and stretch. For restless legs it has no advantage over other kinds.",
        "People who run, cycle or train, and want a massage that fits around it.",
        f"{BEFORE_TEXT} Loose clothes are good for stretching.\n\n"
        f"{PRESSURE_SCALE_TEXT}\n\n{AFTERWARDS_TEXT}",
        ASK_DOCTOR_FIRM_TEXT,
        ((30, 10, 60), (45, 10, 82), (60, 15, 102)),
        room_kind=STUDIO_ROOM,
        weight=2,
        pressure=Pressure.FIRM,
    ),
    TreatmentData(
        "Pregnancy massage",
        "pregnancy-massage",
        "Lying on your side, held by cushions. Gentle, light to medium pressure.",
        "A gentle massage of the back, shoulders, arms and feet. We do no deep work on the legs "
        "and put no pressure on the belly.",
        "From the 13th week on. That is our policy, out of caution. It does not mean that "
        "massage before has been shown to do harm.",
        f"{BEFORE_TEXT} We also look at your legs each time.\n\nYou lie on your side or half sit, "
        f"never flat on your back late in pregnancy. {MOVING_TEXT}",
        "If your pregnancy has complications, you have high blood pressure, expect twins, or "
        "have had a blood clot, ask your doctor or midwife first.\n\n"
        "Bleeding, a bad headache or sudden swelling? Please call your midwife or doctor now, "
        "and do not come for a massage.",
        ((45, 15, 88), (60, 15, 105)),
        room_kind=QUIET_ROOM,
        notice_minutes=24 * 60,
        weight=1,
        pressure=Pressure.PREGNANCY,
    ),
)

CREDENTIALS = "Licensed massage therapist (demo)"

WeekPattern = Sequence[tuple[int, int, int]]
"""Weekday (Monday is 0), start and end in minutes since 00:00."""

OPENING_HOURS = "0,1,2,3,4 8:00-21:00; 5 9:00-16:00"
"""When the phone is answered; see `parse_week`."""


def parse_week(pattern: str) -> WeekPattern:
    """Parse "0,1 9:00-13:00 14:00-18:00; 5 9:00-14:00": days, then their spans."""
    week = []
    for part in pattern.split(";"):
        days, *spans = part.split()
        for span in spans:
            start, end = (_parse_time(text) for text in span.split("-"))
            week += [(int(day), start, end) for day in days.split(",")]
    return week


def _parse_time(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


@dataclass(frozen=True)
class TherapistData:
    """One therapist. `later` are the hours that replace `hours` in four weeks, if any."""

    name: str
    languages: str
    bio: str
    hours: WeekPattern
    later: WeekPattern | None = None
    excluded_treatments: Sequence[str] = ()  # slugs of treatments not given
    own_prices: dict[tuple[str, int], Decimal] = field(default_factory=dict)


THERAPISTS: Sequence[TherapistData] = (
    TherapistData(
        "Maya Lindqvist",
        "English, Swedish",
        "Works slowly and asks often whether the pressure is right. Likes people to keep "
        "moving when their legs want to.",
        parse_week("0,1,3 9:00-13:00 14:00-18:00; 4 9:00-14:00"),
        own_prices={
            ("swedish-massage", 60): Decimal(105),
            ("swedish-massage", 90): Decimal(149),
        },
    ),
    TherapistData(
        "Daniel Okafor",
        "English",
        "Has evening appointments, for people whose hard hours are at night.",
        parse_week("1,2,3,4 12:00-16:00 16:30-20:30"),
        excluded_treatments=("pregnancy-massage",),
    ),
    TherapistData(
        "Rosa Delgado",
        "English, Spanish",
        "Starts early, and is here on Saturdays. Works seated or lying, as you prefer.",
        parse_week("0,1,2,3 8:00-12:00 12:30-16:00; 5 9:00-14:00"),
    ),
    TherapistData(
        "Priya Nair",
        "English, Hindi, Malayalam",
        "Explains every step before it comes, and works with you lying on your side if lying "
        "on your front is uncomfortable.",
        parse_week("0,2,4 10:00-14:00 15:00-18:30"),
        later=parse_week("0,2 10:00-14:00 15:00-18:30; 5 9:00-15:00"),
        excluded_treatments=("sports-massage", "deep-tissue-massage"),
    ),
    TherapistData(
        "Tom Becker",
        "English, German",
        "New in the team. Works around running and cycling, and never harder than you want.",
        parse_week("2,3 13:00-17:00 17:30-21:00; 4 9:00-13:00 14:00-17:00; 5 10:00-16:00"),
        excluded_treatments=("pregnancy-massage", "myofascial-release"),
        own_prices={
            ("swedish-massage", 60): Decimal(85),
            ("sports-massage", 60): Decimal(92),
        },
    ),
)

PATIENT_NOTES = (
    "Please use oil without scent.",
    "Stairs are hard for me, a room on the ground floor would help.",
    "I would like to keep my socks on.",
    "My legs get restless when I lie still, I may need to get up.",
    "I may be five minutes late, my bus comes at ten to.",
    "No music please.",
)
"""What patients write to the clinic when they book."""
