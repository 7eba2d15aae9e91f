"""Who is admin of which group: in memory only; of a group only name, size and our flag are stored."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from threading import Lock

from groups.models import Group
from waclient import group_texts
from waclient.client import GroupFacts, GroupText, GroupTextKind, Person
from waclient.models import Connection, PendingWork, WorkKind


class Rosters:
    """The admin lists of this process, filled by what WhatsApp answers and by its events. Safe across threads.

    `has_all`: the list of all groups was read since the start of this process.
    """

    def __init__(self) -> None:
        self._admins: dict[str, frozenset[str]] = {}
        self._versions: dict[str, int] = {}
        self._doubted: set[str] = set()
        self._lock = Lock()
        self.has_all = False

    def learn(self, facts: GroupFacts, now: datetime) -> None:
        """Take over a group's facts: admins into memory, the rest into its row, which is made `off` when new.

        Of a watched group the links in its name and description are judged as well. `now` is when the facts were asked
        for: what happened since is newer than they are.
        """
        if Group.objects.filter(jid=facts.jid, left_at__gte=now).exists():
            return
        if self._is_overtaken(facts):
            PendingWork.want(WorkKind.GROUP_INFO, facts.jid, now)
            return
        with self._lock:
            self._admins[facts.jid] = facts.admins
            self._versions[facts.jid] = facts.members_version
        group, _is_new = Group.objects.update_or_create(
            jid=facts.jid,
            defaults={
                "name": facts.name[:200],
                "size": facts.size,
                "bot_is_admin": facts.bot_is_admin,
                "disappears_after": facts.disappears_after,
                "seen_at": now,
                "left_at": None,
            },
        )
        texts = {GroupTextKind.SUBJECT: facts.subject, GroupTextKind.DESCRIPTION: facts.description}
        for kind, text in texts.items():
            if text is not None:
                group_texts.keep(group, GroupText(kind, text, now))

    def _is_overtaken(self, facts: GroupFacts) -> bool:
        """Whether a change of members was heard that these facts do not know; the second time they are believed."""
        with self._lock:
            is_older = 0 < facts.members_version < self._versions.get(facts.jid, 0)
            if is_older and facts.jid not in self._doubted:
                self._doubted.add(facts.jid)
                return True
            self._doubted.discard(facts.jid)
            return False

    def learn_all(self, everything: list[GroupFacts], now: datetime) -> None:
        """Take over the whole list of groups we are in; a group that is not in it any more was left.

        One that was joined since the list was asked for, at `now`, cannot be in it. An empty list is not believed: it
        would end the bot's work everywhere at once.
        """
        for facts in everything:
            self.learn(facts, now)
        self.has_all = True
        Connection.write(groups_listed_at=now)
        if not everything:
            return
        jids = [facts.jid for facts in everything]
        Group.objects.filter(left_at__isnull=True, seen_at__lt=now).exclude(jid__in=jids).update(left_at=now)

    def change(self, jid: str, promoted: Iterable[str], demoted: Iterable[str]) -> None:
        """Apply a promotion or demotion to a list that is known."""
        with self._lock:
            known = self._admins.get(jid)
            if known is not None:
                self._admins[jid] = (known | frozenset(promoted)) - frozenset(demoted)

    def is_news(self, jid: str, version: int) -> bool:
        """Whether a change of members was not heard before: what was not acknowledged in time comes again."""
        with self._lock:
            is_new = not version or version > self._versions.get(jid, 0)
            self._versions[jid] = max(version, self._versions.get(jid, 0))
            return is_new

    def knows(self, jid: str) -> bool:
        """Whether the group's admins have been read since the start of this process."""
        with self._lock:
            return jid in self._admins

    def admins(self, jid: str) -> frozenset[str]:
        """Every known address of each admin of a group."""
        with self._lock:
            return self._admins.get(jid, frozenset())

    def is_admin(self, jid: str, person: Person) -> bool:
        """Whether this person is known to be an admin; not known means no."""
        return bool(self.admins(jid) & ({person.address, person.other} - {""}))
