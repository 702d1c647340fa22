"""The WSGI application, served by granian (docs/deployment.md)."""

import gc
import os
import sys
from importlib import import_module

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

try:
    _site = get_wsgi_application()
except ImproperlyConfigured as error:
    sys.exit(f"The site cannot start: {error}")

from django.conf import settings  # these need the settings

from clinic.lib import database_wait
from clinic.lib.database_timeouts import Workload, use_timeouts
from clinic.lib.private_files import make_new_files_private
from clinic.serving import LimitedApplication, RequestQueue

GARBAGE_THRESHOLDS = (20_000, 20, 50)
"""After how many new objects Python looks for garbage. A page makes thousands that are none."""

make_new_files_private()
import_module(settings.ROOT_URLCONF)  # otherwise the first request would wait for it
gc.collect()
gc.freeze()  # what is loaded now stays, and need not be looked through again and again
gc.set_threshold(*GARBAGE_THRESHOLDS)
use_timeouts(Workload.WEB)
database_wait.install()
application = LimitedApplication(
    _site, seconds=settings.DATABASE_WAIT_SECONDS, queue=RequestQueue()
)
