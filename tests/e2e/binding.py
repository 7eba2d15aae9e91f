"""A code that binds a moderators' chat, made as the desk makes it."""

from __future__ import annotations

from tests.e2e.installation import Installation

MAKE_A_CODE = """
from django.contrib.auth.models import User
from groups.models import Group
from waclient.alerts import binding
from waclient.models import ModeratorsChat
owner = User.objects.filter(is_superuser=True).first() or User.objects.create_superuser("owner")
chat = ModeratorsChat.objects.create(name={name!r}, vouched_by=owner)
chat.groups.set(Group.objects.filter(jid__in={jids!r}))
print(binding.make_code(chat, by="owner"))
"""


def code_of(installation: Installation, name: str, *jids: str) -> str:
    """The code of a new chat of this name for these groups; the desk shows it once."""
    script = MAKE_A_CODE.format(name=name, jids=list(jids))
    return installation.manage("shell", "-c", script).stdout.strip().splitlines()[-1]
