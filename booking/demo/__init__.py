"""A demo clinic with invented people, to try out and for benchmarks.

content         what the clinic is, as plain data
clinic_data     saves that, and more therapists and rooms if asked for
planner         plans appointments; plain Python, like the engine
writer          saves them in batches
screenings      health answers of the appointments around now
loading         load_demo(), which calls the others
staff_accounts  sign-ins with a known password, in the demo only
"""

from booking.demo.loading import ClinicExists, DemoSize, LoadSummary, TooManyAppointments, load_demo
from booking.demo.staff_accounts import (
    DEMO_PASSWORD,
    create_demo_staff,
    is_demo_account,
    list_demo_accounts,
)

__all__ = [
    "DEMO_PASSWORD",
    "ClinicExists",
    "DemoSize",
    "LoadSummary",
    "TooManyAppointments",
    "create_demo_staff",
    "is_demo_account",
    "list_demo_accounts",
    "load_demo",
]
