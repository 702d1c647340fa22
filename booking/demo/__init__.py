"""A believable clinic with invented people, for trying out and for measuring.

content   what the clinic is, as plain data
clinic    writes those rows, and as many more therapists and rooms as asked for
schedule  plans appointments; pure, like the engine
write     writes them in batches
load      the one door: load_demo()
"""

from booking.demo.load import ClinicExists, Loaded, Scale, TooMany, load_demo

__all__ = ["ClinicExists", "Loaded", "Scale", "TooMany", "load_demo"]
