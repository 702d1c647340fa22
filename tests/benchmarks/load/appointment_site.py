"""A minimal site around django-appointment, for the Python of an environment that has it.

python appointment_site.py fill NUMBER    makes the database in SITE_FOLDER
granian --interface wsgi appointment_site:application    serves it

As its documentation shows it, with Django's usual middleware and SQLite. The staff work from 9 to
18 on weekdays and Saturday.
"""

import os
import sys
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

STAFF, CLIENTS, DAYS_AHEAD = 20, 500, 60
HOURS_OF_DAY = (9, 11, 13, 14, 16)
"""When the appointments of a day begin: as full as the demo clinic is before today."""

settings.configure(
    SECRET_KEY="only for measurements on this machine",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    STATIC_URL="static/",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": f"{os.environ['SITE_FOLDER']}/db.sqlite3",
            "CONN_MAX_AGE": None,
        }
    },
    INSTALLED_APPS=[
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django.contrib.staticfiles",
        "appointment",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.locale.LocaleMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    LOGGING={"version": 1, "root": {"level": "ERROR"}},
)
django.setup()
models: Any = import_module("appointment.models")
users: Any = import_module("django.contrib.auth.models").User.objects


def empty(_request: HttpRequest) -> HttpResponse:
    """Answer with an empty page."""
    return HttpResponse("ok")


def fill(number: int) -> None:
    """Make a service, staff, and so many appointments, most of them in the past."""
    call_command("migrate", run_syncdb=True, verbosity=0)  # it comes without migrations
    service = models.Service.objects.create(
        name="Swedish massage", duration=timedelta(minutes=60), price=Decimal(85)
    )
    people = users.bulk_create(
        users.model(username=f"p{index}", first_name=f"P{index}") for index in range(CLIENTS)
    )
    staff = []
    for index in range(STAFF):
        user = users.create(username=f"staff{index}", first_name=f"Staff {index}")
        member = models.StaffMember.objects.create(user=user, work_on_saturday=True)
        member.services_offered.add(service)
        for weekday in range(1, 7):
            models.WorkingHours.objects.create(
                staff_member=member, day_of_week=weekday, start_time=time(9), end_time=time(18)
            )
        staff.append(member)
    requests: list[Any] = []
    day = datetime.now(tz=UTC).date() + timedelta(days=DAYS_AHEAD)
    while len(requests) < number:
        if day.weekday() != 6:
            requests += [
                models.AppointmentRequest(
                    date=day,
                    start_time=time(hour),
                    end_time=time(hour + 1),
                    service=service,
                    staff_member=member,
                    id_request=f"{day:%Y%m%d}{hour:02}{member.pk}",
                )
                for member in staff
                for hour in HOURS_OF_DAY
            ]
        day -= timedelta(days=1)
    made = models.AppointmentRequest.objects.bulk_create(requests[:number], batch_size=500)
    models.Appointment.objects.bulk_create(
        (
            models.Appointment(
                client=people[index % CLIENTS],
                appointment_request=row,
                id_request=row.id_request,
                amount_to_pay=85,
            )
            for index, row in enumerate(made)
        ),
        batch_size=500,
    )
    print(models.StaffMember.objects.first().pk, service.pk)


urlpatterns = [path("appointment/", include("appointment.urls")), path("empty/", empty)]
application = get_wsgi_application()

if __name__ == "__main__":
    fill(int(sys.argv[2]))
