"""python manage.py create_staff: create a member of staff, or add a role to one."""

import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.actions.staff.accounts import add_staff_roles
from booking.actions.staff.invitations import invite_staff
from booking.models import Therapist, User
from booking.models.staff import Role
from booking.queries.staff.therapist_profiles import profiles_without_sign_in


class Command(BaseCommand):
    help = str(gettext_lazy("Create a member of staff; called again with another role, add it."))

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--name", default="")
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help=_("Read the password from standard input, one line."),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        email, role = options["email"].strip().lower(), Role(options["role"])
        password = sys.stdin.readline().rstrip("\r\n") if options["password_stdin"] else None
        try:
            validate_email(email)
            if password is not None:
                validate_password(password, User(email=email, name=options["name"]))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        profiles = set(Therapist.objects.values_list("pk", flat=True))
        user = add_staff_roles(email, [role], name=options["name"], password=password)
        self.stdout.write(
            _("%(email)s is now %(role)s.") % {"email": user.email, "role": role.label}
        )
        if role == Role.THERAPIST:
            self._tell_profile(user, profiles)
        if not user.has_usable_password():
            link = invite_staff(email, [role], name=user.name, mail=False)
            self.stdout.write(
                _("To choose a password, open this link within 7 days (it works once):\n  %s")
                % link
            )

    def _tell_profile(self, user: User, profiles: set[int]) -> None:
        """Say whether the therapist's profile is one of those that were there before."""
        therapist = Therapist.objects.get(user=user)
        if therapist.pk in profiles:
            self.stdout.write(
                _("They sign in with the profile “%(name)s”, which was there.")
                % {"name": therapist.name}
            )
            return
        self.stdout.write(_("They have a new profile, “%(name)s”.") % {"name": therapist.name})
        others = profiles_without_sign_in()
        if others:
            names = ", ".join(profile.name for profile in others)
            self.stdout.write(_("Profiles that nobody signs in to: %(names)s.") % {"names": names})
