"""A believable clinic with invented people, for trying out and for measuring.

content   what the clinic is, as plain data
clinic    writes those rows, and as many more therapists and rooms as asked for
schedule  plans appointments; pure, like the engine
write     writes them in batches
load      the one door: load_demo()
team      sign-ins with a known password, in the demo alone
"""

from booking.demo.loading import ClinicExists, Loaded, Scale, TooMany, load_demo
from booking.demo.staff_accounts import PASSWORD, demo_sign_ins, is_demo_sign_in, make_demo_team

__all__ = [
    "PASSWORD",
    "ClinicExists",
    "Loaded",
    "Scale",
    "TooMany",
    "demo_sign_ins",
    "is_demo_sign_in",
    "load_demo",
    "make_demo_team",
]
