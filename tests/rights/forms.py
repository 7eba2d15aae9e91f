"""What is posted to each route: a form that its page would send, about things of OURS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core import signing

from tests.desk.test_group_actions import FORM as POLICY
from tests.factories import PASSWORD
from tests.rights.world import OURS, World
from waclient.models import Sighting
from waclient.simulator.cast import GROUPS
from wbscanner.desk.privacy.people import SALT

Form = Mapping[str, Any]
NEW_PASSWORD = "stairs battery horse wrong"
ONCE = "0" * 32
OVERRIDE = {"ruling": "deny", "kind": "host", "target": "evil.example"}
PASTED = {"ruling": "deny", "reach": "host", "lines": "evil.example", "save": "1"}
CHAT = GROUPS[0]


def sheet(group: object) -> Form:
    return {"sheet": f"kind,target,ruling,group\nhost,evil.example,deny,{group}\n", "save": "1"}


def _hash(world: World) -> str:
    sighting: Any = world.rows[Sighting]
    return str(sighting.url_hash)


FORMS: Mapping[str, Callable[[World], Form]] = {
    "admin/groups/group/<path:object_id>/change/": lambda world: POLICY,
    "admin/overrides/override/add/": lambda world: {**OVERRIDE, "group": world.ours.pk},
    "admin/scans/feed/add/": lambda world: {
        "title": "Own", "pasted": "evil.example", "format": "lines", "match": "auto", "use": "bad",
        "state": "watch",
    },
    "admin/scans/feed/<path:object_id>/change/": lambda world: {"pasted": "evil.example", "_save": "x"},
    "admin/wbscanner/apitoken/add/": lambda world: {"name": "x", "scopes": ["read"], "once": ONCE},
    "admin/waclient/moderatorschat/add/": lambda world: {"name": "New", "groups": [world.ours.pk]},
    "admin/waclient/moderatorschat/<int:pk>/groups/": lambda world: {"name": "New", "groups": [world.ours.pk]},
    "admin/password_change/": lambda world: {
        "old_password": PASSWORD, "new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD,
    },
    "desk/queue/decide/": lambda world: {"link": _hash(world), "answer": "confirm", "what": "url", "where": "here"},
    "desk/check/": lambda world: {"text": "https://new.example/"},
    "desk/phone/": lambda world: {"wish": "qr"},
    "desk/set-up/phone/": lambda world: {"wish": "qr"},
    "desk/simulator/": lambda world: {"author": CHAT.members[0].name, "text": "Hello"},
    "desk/groups/<int:pk>/texts/": lambda world: {"careful": "Take care with {host}."},
    "desk/groups/<int:group_id>/backtest/": lambda world: POLICY,
    "desk/groups/<int:group_id>/go-live/": lambda world: {"answer": "live"},
    "desk/groups/<int:group_id>/trusted/": lambda world: {"member": f"{OURS}1"},
    "desk/first-week/note/": lambda world: {"step": "notice", "done": "1"},
    "desk/set-up/language/": lambda world: {"language": "es", "time_zone": "Europe/Madrid"},
    "desk/set-up/groups/": lambda world: {"group": world.spare.pk},
    "desk/set-up/behaviour/": lambda world: {"group": world.ours.pk, "preset": "family"},
    "desk/overrides/paste/": lambda world: {**PASTED, "group": world.ours.pk},
    "desk/overrides/import/": lambda world: sheet(world.ours.pk),
    "desk/overrides/effect/": lambda world: {**OVERRIDE, "group": world.ours.pk},
    "desk/people/<int:pk>/": lambda world: {"role": "owner", "is_active": "on"},
    "desk/people/<int:pk>/password/": lambda world: {"once": ONCE},
    "desk/people/invite/": lambda world: {"name": "Ines", "role": "viewer", "groups": world.ours.pk, "once": ONCE},
    "desk/me/reading/": lambda world: {"language": "es"},
    "desk/me/logins/end/": lambda world: {"others": "1"},
    "desk/me/second-factor/remove/": lambda world: {"code": "000000"},
    "desk/privacy/people/": lambda world: {"group": world.ours.pk},
    "desk/privacy/people/export/": lambda world: {"about": signing.dumps({"group": world.ours.pk}, salt=SALT)},
    "desk/privacy/people/erase/": lambda world: {
        "about": signing.dumps({"group": world.ours.pk}, salt=SALT), "typed": str(world.ours),
    },
    "join/<str:token>/": lambda world: {"username": "ines", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
}  # fmt: skip
"""Routes that are not named take an empty form."""
