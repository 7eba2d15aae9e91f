"""The start of an installation: its roles, and the one-time link that makes the first owner."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from django.conf import settings
from django.contrib.auth.models import Group, Permission, User
from django.db import transaction
from django.db.models import Q

from wbscanner import audit, first_run
from wbscanner.models import Setting

SETUP_LINK = "setup_link"
TOKEN_BYTES = 32  # 256 bits: no guessing, so no limit of tries is needed
SHOWN = (
    "groups.view_group",
    "overrides.view_override",
    "waclient.view_campaign",
    "waclient.view_sighting",
    "waclient.view_action",
    "waclient.view_decision",
    "waclient.view_queueitem",
    "waclient.view_moderatorschat",
    "waclient.view_report",
    "wbscanner.view_auditentry",
)
ROLES = {
    "Viewers": SHOWN,
    "Moderators": (
        *SHOWN,
        "groups.change_group",
        "overrides.add_override",
        "overrides.change_override",
        "overrides.delete_override",
        "waclient.change_action",
        "waclient.add_decision",
        "waclient.change_decision",
    ),
}


class LinkGone(Exception):
    """The set-up link was used, replaced by a newer one, or never existed."""


def make_roles() -> None:
    """The auth groups Moderators and Viewers with exactly the rights of ROLES; run after migrating."""
    with transaction.atomic():
        for name, rights in ROLES.items():
            role, _is_new = Group.objects.get_or_create(name=name)
            role.permissions.set(_permissions(rights))


def _permissions(rights: tuple[str, ...]) -> list[Permission]:
    named = [right.split(".") for right in rights]
    wanted = Q()
    for app, codename in named:
        wanted |= Q(content_type__app_label=app, codename=codename)
    found = list(Permission.objects.filter(wanted))
    if len(found) != len(rights):
        raise LookupError("A role names a right that does not exist; has the database been migrated?")
    return found


def has_owner() -> bool:
    return User.objects.filter(is_superuser=True, is_active=True).exists()


def make_setup_link() -> str | None:
    """A new address under which the first owner is made; earlier ones end. None once there is an owner."""
    if has_owner():
        return None
    token = secrets.token_urlsafe(TOKEN_BYTES)
    Setting.objects.update_or_create(key=SETUP_LINK, defaults={"value": {"sha256": _hash(token)}})
    return f"{settings.BASE_URL}/setup/{token}/"


def is_valid(token: str) -> bool:
    """Whether this is the newest set-up link and nobody has become owner yet."""
    setting = Setting.objects.filter(key=SETUP_LINK).first()
    known = setting.value.get("sha256", "") if setting else ""
    return hmac.compare_digest(_hash(token), known) and not has_owner()


def become_owner(token: str, username: str, password: str, email: str = "") -> User:
    """Use up the link and make the owner, in one transaction; of two at once the second gets LinkGone."""
    with transaction.atomic():
        taken, _rows = Setting.objects.filter(key=SETUP_LINK, value__sha256=_hash(token)).delete()
        if not taken or has_owner():
            raise LinkGone
        user = User.objects.create_superuser(username=username, email=email, password=password)
        first_run.begin()
        audit.record(username, "setup.owner", username)
    return user


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
