"""For somebody who has neither their phone nor a recovery code, when no other owner can help: from this machine."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from wbscanner import people, second_factor

BY = "manage.py resetfactor"


class Command(BaseCommand):
    help = "Forget one person's second factor and end their logins; the audit trail says so."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the name they log in with")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["name"]).first()
        if user is None:
            names = ", ".join(User.objects.order_by("username").values_list("username", flat=True)) or "nobody yet"
            raise CommandError(f"Nobody here is called {options['name']}. Known: {names}.")
        if second_factor.of(user) is None:
            raise CommandError(f"{user.get_username()} has no second factor; nothing was changed.")
        people.reset_factor(user, BY)
        self.stdout.write(f"{user.get_username()} logs in with the password alone now. Set a new factor up at once.")
