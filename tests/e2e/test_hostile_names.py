"""A hostile group name, push name and message text, wherever they can come out: chats, alerts, every page, the logs."""

from __future__ import annotations

import re

from groups.models import Group
from groups.policy import State
from tests.e2e.binding import code_of
from tests.e2e.conftest import Scene
from tests.e2e.crawling import Links, owner_of, pages_of
from tests.e2e.installation import wait_for
from tests.e2e.test_look_dont_touch import places_with
from waclient.models import Sighting
from waclient.tapping import is_clickable

MARK, SAID = "zqx", "zqsaid"
FORGED = "2026-01-01 00:00:00,000 ERROR root"
TURNED = "\u202e"
PAYLOADS = [
    f"<img src=x onerror={MARK}()>\"'><b>{MARK}</b>",
    f"{{{{ {MARK} }}}}{{% include '{MARK}' %}} %(name)s {{0}}",
    f"School\n{FORGED} {MARK}\r\x1b[31m",
    f"{TURNED}{MARK}\u2066 gpj.exe",
    f"https://{MARK}.example/pay call +49 170 1234567 eve@{MARK}.example",
    f"javascript:{MARK}() " + "\U0001f534 1 · Dangerous: ok 1 " * 8,
]
MOST_PAGES = 90
# The bot itself puts hosts between isolates, U+2066 and U+2069.
TURNS = re.compile(r"[\u202a-\u202e\u2067\u2068]")


def hostile_link(number: int) -> str:
    """Dangerous by its host, and full of what a page or a chat could stumble over."""
    return f"https://xn--pypal-4ve.com/{number}<svg/onload={MARK}()>\"'{TURNED}?{MARK}={{{{7*7}}}}"


def fill(scene: Scene) -> None:
    """A group for every hostile name, with a member of that name, who posts a text and a file of that name."""
    for number, payload in enumerate(PAYLOADS):
        push_name = f"{payload} {number}"
        group = scene.server.group(payload, [push_name, "Bob"], bot_is_admin=True)
        scene.choose(group, State.LIVE, on_malicious="delete", on_suspicious="reply")
        member = group.member(push_name)
        member.says(f"{SAID} {payload} {hostile_link(number)} {payload}")
        member.sends_document(f"{payload} {hostile_link(number)}x", f"{payload}.pdf")
        group.renames(f"{payload} again")
        scene.wait_planned(group, 2)
    scene.wait_actions_done()


def moderators_are_told(scene: Scene) -> None:
    """A bound moderators' chat gets its alert of a group with a hostile name."""
    alarm = scene.server.group("Moderators", ["Bob"])
    scene.choose(alarm, State.OFF)
    watched = scene.server.group(PAYLOADS[0], ["Bob"])
    scene.choose(watched, State.WATCH)
    alarm.member("Bob").says(code_of(scene.installation, "Chat", str(watched.jid)))
    wait_for(lambda: scene.server.sent_to(alarm), "the answer to the code")
    told = len(scene.server.sent_to(alarm))
    watched.member("Bob").says(f"{SAID} {hostile_link(99)}")
    wait_for(lambda: len(scene.server.sent_to(alarm)) > told, "the alert")


def assert_harmless_in_chats(scene: Scene) -> None:
    for sent in scene.server.exchange.sent:
        assert not is_clickable(sent.text), sent.text
        assert TURNS.search(sent.text) is None
        assert sent.text.count("\u2066") == sent.text.count("\u2069")
        assert FORGED not in sent.text
        assert "\U0001f534 1 · Dangerous: ok" not in sent.text


def assert_harmless_on_pages(pages: dict[str, str]) -> None:
    for address, page in pages.items():
        assert "<img src=x" not in page, address
        assert "<svg/onload" not in page, address
        assert TURNS.search(page) is None, address
        acted_on = [value for value in Links(page).acted_on if MARK in value or "pypal" in value]
        assert [value for value in acted_on if not value.startswith(("<a href=?", "<a href=/admin/"))] == [], address


def assert_harmless_in_files(scene: Scene) -> None:
    assert places_with(SAID, scene.installation.folder) == []
    for name in ("socket", "worker", "web"):
        log = scene.installation.log_of(name)
        assert [line for line in log.splitlines() if line.startswith(FORGED)] == []
        assert "\x1b" not in log


def test_hostile_names_and_texts_do_nothing_anywhere(scene: Scene) -> None:
    fill(scene)
    moderators_are_told(scene)

    names = list(scene.installation.rows(Group).values_list("name", flat=True))
    assert any(MARK in name for name in names)
    assert [name for name in names if TURNS.search(name) or "\n" in name] == []
    assert scene.installation.rows(Sighting).filter(verdict="malicious").count() > 2 * len(PAYLOADS)
    assert_harmless_in_chats(scene)
    with owner_of(scene.installation) as owner:
        pages = dict(pages_of(owner, MOST_PAGES))
    showing = [address for address, page in pages.items() if MARK in page]
    assert any(address.startswith("/desk/link/") for address in showing)
    assert len(showing) > 10
    assert_harmless_on_pages(pages)
    assert_harmless_in_files(scene)
