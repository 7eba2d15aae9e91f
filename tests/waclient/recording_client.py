"""WhatsApp as the outbox sees it, for tests: records what it was asked to send, and fails when told to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from waclient.client import GroupFacts, MaybeSent, MessageRef, NotSent, Unavailable


@dataclass(frozen=True, slots=True)
class Call:
    """One thing the client was asked to send."""

    what: str
    chat: str
    text: str = ""
    to: MessageRef | None = None
    disappears_after: int = 0


@dataclass(slots=True)
class RecordingClient:
    """Implements waclient.client.Client. `failures` are raised one a call, in order; an attempt is recorded too."""

    is_ready: bool = True
    failures: list[NotSent | MaybeSent] = field(default_factory=list)
    groups: dict[str, GroupFacts] = field(default_factory=dict)
    invitations: dict[str, str] = field(default_factory=dict)
    own: frozenset[str] = frozenset()
    calls: list[Call] = field(default_factory=list)

    typing: list[tuple[str, bool]] = field(default_factory=list)
    cannot_type: bool = False
    refusal: str = "not a member"

    def reply(self, to: MessageRef, text: str, *, disappears_after: int = 0) -> str:
        return self._sent(Call("reply", to.chat, text, to, disappears_after))

    def say(self, chat: str, text: str, *, disappears_after: int = 0) -> str:
        return self._sent(Call("say", chat, text, disappears_after=disappears_after))

    def show_typing(self, chat: str, *, is_typing: bool) -> None:
        if self.cannot_type:
            raise Unavailable("no presence")
        self.typing.append((chat, is_typing))

    def react(self, to: MessageRef, emoji: str) -> str:
        return self._sent(Call("react", to.chat, emoji, to))

    def delete(self, what: MessageRef) -> str:
        return self._sent(Call("delete", what.chat, to=what))

    def group_facts(self, jid: str) -> GroupFacts:
        try:
            return self.groups[jid]
        except KeyError as error:
            raise Unavailable(self.refusal) from error

    def invitation(self, jid: str) -> str:
        try:
            return self.invitations[jid]
        except KeyError as error:
            raise Unavailable("not an admin") from error

    def joined_groups(self) -> list[GroupFacts]:
        return list(self.groups.values())

    def is_us(self, addresses: Iterable[str]) -> bool:
        return not self.own.isdisjoint(addresses)

    @property
    def did(self) -> list[str]:
        return [call.what for call in self.calls]

    def _sent(self, call: Call) -> str:
        self.calls.append(call)
        if self.failures:
            raise self.failures.pop(0)
        return f"WAMID{len(self.calls)}"
