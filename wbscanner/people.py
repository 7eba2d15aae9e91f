"""Who may use the desk, as what, and which groups they see; every change is audited, and an owner always remains."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import Group as RightsOfRole
from django.contrib.auth.models import User
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from wbscanner import audit, sessions
from wbscanner.models import Invitation, SecondFactor


class Role(models.TextChoices):
    OWNER = "owner", _("Owner: everything, all groups")
    MODERATOR = "moderator", _("Moderator: decides in their groups")
    VIEWER = "viewer", _("Viewer: reads what happens in their groups")


RIGHTS = {Role.MODERATOR: "Moderators", Role.VIEWER: "Viewers"}


class LastOwner(Exception):
    """Nobody would be left who may change anything."""


class InvitationGone(Exception):
    """The link was used, withdrawn or has expired, or never existed."""


def role_of(user: User) -> Role | None:
    """None for somebody without a role, who may log in and see nothing."""
    if user.is_superuser:
        return Role.OWNER
    names = {role.name for role in user.groups.all()}
    return next((role for role, name in RIGHTS.items() if name in names), None)


def change(user: User, role: Role, groups: Iterable[int], is_active: bool, by: str) -> bool:
    """Give somebody this role and exactly these groups, or shut them out; whether anything changed.

    Raises LastOwner instead of taking away the last active owner.
    """
    with transaction.atomic():
        owners = User.objects.select_for_update().filter(is_superuser=True, is_active=True)
        others = [owner for owner in owners if owner.pk != user.pk]
        stays_owner = role is Role.OWNER and is_active
        if not stays_owner and not others and user.is_superuser and user.is_active:
            raise LastOwner
        before = _as_details(user)
        _write(user, role, sorted(set(groups)), is_active)
        after = _as_details(user)
        if before == after:
            return False
        if before["role"] != after["role"] or not is_active:
            sessions.end(user)
        touched = {*before["groups"], *after["groups"]}
        details = {"from": before, "to": after}
        audit.record(by, "person.change", user.get_username(), group_ids=sorted(touched), details=details)
    return True


def _as_details(user: User) -> dict[str, list[str]]:
    fresh = User.objects.get(pk=user.pk)
    groups = [str(pk) for pk in fresh.memberships.order_by("group_id").values_list("group_id", flat=True)]
    return {"role": [str(role_of(fresh) or "")], "active": [str(fresh.is_active)], "groups": groups}


def _write(user: User, role: Role, groups: list[int], is_active: bool) -> None:
    user.is_superuser, user.is_staff, user.is_active = role is Role.OWNER, True, is_active
    user.save(update_fields=["is_superuser", "is_staff", "is_active"])
    name = RIGHTS.get(role)
    user.groups.set(RightsOfRole.objects.filter(name=name) if name else [])
    user.memberships.exclude(group_id__in=groups).delete()
    for group_id in groups:
        user.memberships.get_or_create(group_id=group_id)


def sign_out(user: User, by: str) -> int:
    with transaction.atomic():
        ended = sessions.end(user)
        audit.record(by, "person.sign_out", user.get_username(), details={"logins": ended})
    return ended


def reset_factor(user: User, by: str) -> None:
    """Forget somebody's second factor and end their logins; the next login asks for the password alone."""
    with transaction.atomic():
        SecondFactor.objects.filter(user=user).delete()
        sessions.end(user)
        audit.record(by, "person.reset_factor", user.get_username())


def invite(once: str, invitation: Invitation, by: str) -> str:
    """Store an invitation and give its address; the same `once`, as of a page loaded again, makes no second one."""
    token = _token(once)
    invitation.token_hash, invitation.created_by = hash_of(token), by
    with transaction.atomic():
        if not Invitation.objects.filter(token_hash=invitation.token_hash).exists():
            invitation.save(force_insert=True)
            action = "person.new_password" if invitation.user_id else "person.invite"
            details = {"role": invitation.role, "until": invitation.expires_at.isoformat()}
            audit.record(by, action, invitation.name, group_ids=map(str, invitation.group_ids), details=details)
    return f"{settings.BASE_URL}/join/{token}/"


def _token(once: str) -> str:
    return hmac.digest(settings.INSTALLATION_KEY.encode(), f"invitation:{once}".encode(), "sha256").hex()


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def find(token: str, now: datetime) -> Invitation | None:
    """The invitation behind an address, as long as it may be used."""
    return Invitation.objects.select_related("user").filter(token_hash=hash_of(token), expires_at__gt=now).first()


def withdraw(invitation: Invitation, by: str) -> None:
    with transaction.atomic():
        gone, _rows = Invitation.objects.filter(pk=invitation.pk).delete()
        if gone:
            audit.record(by, "person.withdraw", invitation.name, group_ids=map(str, invitation.group_ids))


def accept(invitation: Invitation, user: User) -> User:
    """Use up the link for a new person, not yet saved; of two at once the second gets InvitationGone."""
    with transaction.atomic():
        _use_up(invitation)
        user.is_staff = True
        user.save(force_insert=True)
        name, groups = user.get_username(), [int(one) for one in invitation.group_ids]
        _write(user, Role(invitation.role), groups, is_active=True)
        audit.record(name, "person.join", name, group_ids=map(str, groups), details={"by": invitation.created_by})
    return user


def new_password(invitation: Invitation, user: User) -> User:
    """Use up the link and store the password already set on `user`; earlier logins end with the old one."""
    with transaction.atomic():
        _use_up(invitation)
        user.save(update_fields=["password"])
        sessions.end(user)
        audit.record(user.get_username(), "person.password", user.get_username())
    return user


def _use_up(invitation: Invitation) -> None:
    taken, _rows = Invitation.objects.filter(pk=invitation.pk).delete()
    if not taken:
        raise InvitationGone
