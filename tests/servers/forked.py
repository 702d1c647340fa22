"""Start processes that have Django set up, quickly: they are forked from one that imports it once.

That one is a process of its own, without connections and threads of the tests.
"""

from multiprocessing import get_context

import django
from django.apps import apps

if not apps.ready:  # in the process that the others are forked from
    django.setup()

FORKED = get_context("forkserver")
FORKED.set_forkserver_preload([__name__, "clinic.urls"])
