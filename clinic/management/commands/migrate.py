"""python manage.py migrate: Django's command, but a migration that is killed can be run again."""

from typing import Any

from django.core.management.commands import migrate as django_migrate

from clinic.lib.resumable_migrations import ResumableExecutor


class Command(django_migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        """Run Django's command with our executor, which it cannot be given in another way."""
        module: Any = django_migrate
        usual = module.MigrationExecutor
        module.MigrationExecutor = ResumableExecutor
        try:
            super().handle(*args, **options)
        finally:
            module.MigrationExecutor = usual
