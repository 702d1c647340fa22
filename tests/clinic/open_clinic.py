"""A clinic for tests of the public pages: see `open_clinic`."""

from datetime import time
from decimal import Decimal

from tests.factories import OfferFactory, OpeningHoursFactory, TherapistFactory
from tests.scene import Scene, make_weekday_clinic

EVERY_PAGE = (
    "/",
    "/treatments/",
    "/treatments/swedish/",
    "/therapists/",
    "/therapists/ana-marsh/",
    "/about/",
    "/contact/",
    "/privacy/",
    "/accessibility/",
)


def open_clinic() -> Scene:
    """One treatment at 85.00, and at 95.00 with Ana Marsh; open on weekdays and Saturday."""
    scene = make_weekday_clinic(
        tagline="A quiet place & a warm one <really>",
        about="We are small.\n\nWe are quiet.",
        directions="Ring the bell.",
        wheelchair_access="No steps.",
    )
    ana = TherapistFactory(
        name="Ana Marsh",
        slug="ana-marsh",
        credentials="Registered massage therapist",
        languages="English, Spanish",
        bio="Works slowly.",
        position=9,
    )
    OfferFactory(therapist=ana, option=scene.option, own_price=Decimal("95.00"))
    for weekday in range(5):
        OpeningHoursFactory(weekday=weekday)
    OpeningHoursFactory(weekday=5, starts=time(9), ends=time(13))
    OpeningHoursFactory(weekday=5, starts=time(14), ends=time(0))
    return scene
