"""A believable clinic with invented people, for trying out and for measuring.

content   what the clinic is, as plain data
clinic    writes those rows, and as many more therapists and rooms as asked for
schedule  plans appointments; pure, like the engine
write     writes them in batches
load      the one door: load_demo()
team      sign-ins with a known password, in the demo alone
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
