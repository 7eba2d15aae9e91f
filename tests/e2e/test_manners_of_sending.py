"""How the bot sends, with the real library against the loopback server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from groups.models import Group
from groups.policy import Response, State
from overrides.models import Override
from overrides.rules import Kind as OverrideKind
from overrides.rules import Ruling
from tests.e2e.conftest import CLEAN, DANGEROUS, Scene
from tests.e2e.installation import Installation, wait_for
from tests.whatsapp_server import messages
from tests.whatsapp_server.member import MessageRef
from tests.whatsapp_server.outgoing import SentKind
from waclient.models import Action, ActionState, PendingWork, Phase, Place, Sighting

DAY = 24 * 3600


def test_a_refusal_for_sending_too_much_stops_sending_and_links_are_still_judged(running: Callable[[], Scene]) -> None:
    scene = running()
    group = scene.group("Allotments", State.LIVE)
    scene.server.fail_next_sends(429)

    group.member("Bob").says(f"look {DANGEROUS}")
    wait_for(lambda: scene.installation.connection.held_until, "the brake")
    group.member("Eve").says("and https://xn--pypal-4ve.com/other")

    assert len(scene.wait_planned(group, 2)) == 2
    scene.wait_actions_done()
    actions = scene.installation.rows(Action).filter(sighting__isnull=False)
    assert not actions.filter(state=ActionState.SENT).exists()
    assert actions.filter(state=ActionState.SKIPPED, reason="brake").exists()
    assert scene.said(group) == []
    assert "429" in scene.installation.connection.held_because


def test_what_is_said_in_a_disappearing_group_disappears_as_the_group_says(running: Callable[[], Scene]) -> None:
    scene = running()
    group = scene.server.group("Disappearing", ["Bob", "Eve"])
    group.sets_timer(DAY)
    scene.choose(group, State.LIVE)
    rows = scene.installation.rows(Group).filter(jid=str(group.jid))

    group.member("Bob").says(f"look {DANGEROUS}", ephemeral=True)
    scene.wait_said(group)
    group.sets_timer(7 * DAY)
    wait_for(lambda: rows.filter(disappears_after=7 * DAY).exists(), "the new timer")
    group.member("Eve").sends(forged_timer("https://xn--pypal-4ve.com/other", 5))
    scene.wait_said(group, 2)
    group.sets_timer(0)
    wait_for(lambda: rows.filter(disappears_after=0).exists(), "no timer")
    group.member("Bob").says("https://xn--pypal-4ve.com/third")
    scene.wait_said(group, 3)

    timers = [sent.message.extendedTextMessage.contextInfo.expiration for sent in scene.server.sent_to(group)]
    assert timers == [DAY, DAY, 7 * DAY, 0]


def test_the_timer_is_known_from_the_list_of_groups(paired: Installation) -> None:
    group = paired.server.group("Old", ["Bob"])
    group.sets_timer(DAY)
    paired.start_socket()

    rows = paired.rows(Group).filter(jid=str(group.jid))
    wait_for(lambda: rows.filter(disappears_after=DAY).exists(), "the timer")


def forged_timer(text: str, seconds: int) -> Any:
    """A message that claims another timer than its group has."""
    return messages.with_context(messages.conversation(text), expiration=seconds)


def test_typing_is_seen_before_a_text_and_not_before_a_reaction(
    paired: Installation, running: Callable[..., Scene]
) -> None:
    scene = running(SEND_TYPING="0.4")
    texts, reactions = scene.group("Texts", State.LIVE), scene.group("Reactions", State.LIVE)
    scene.choose(reactions, State.LIVE, on_malicious=Response.REACT)
    exchange = scene.server.exchange
    before = len(exchange.typing)

    reactions.member("Bob").says(DANGEROUS)
    scene.wait_said(reactions)
    assert len(exchange.typing) == before
    texts.member("Bob").says(DANGEROUS)
    exchange.wait_for(lambda: len(exchange.typing) > before, 10, lambda: "no typing")
    assert scene.said(texts) == []
    scene.wait_said(texts)

    assert exchange.typing[before:] == [texts.jid]
    exchange.wait_for(lambda: texts.jid in exchange.typing_ended, 10, lambda: "typing never ended")


def test_groups_are_asked_about_once_whatever_happens_in_them(
    paired: Installation, running: Callable[..., Scene]
) -> None:
    scene = running(GROUP_FETCH_GAP="0.1")
    group = scene.group("Busy", State.WATCH)
    other = scene.group("Other", State.WATCH)
    wait_for(lambda: not paired.rows(PendingWork).exists(), "all that is to be known")
    questions = scene.server.exchange.group_questions
    before = len(questions)

    for number in range(20):
        group.adds(f"Guest {number}")
        group.promotes(group.member(f"Guest {number}"))
        group.member("Bob").says(f"{CLEAN}?{number}")
    for _ in range(3):
        logins = scene.server.logins
        scene.server.drop_socket()
        scene.server.wait_for_logins(logins + 1)
        other.member("Bob").says(CLEAN)
        paired.wait_phase(Phase.CONNECTED)
    scene.wait_planned(group, 20)

    sizes = scene.installation.rows(Group).filter(jid=str(group.jid), size=23)
    wait_for(sizes.exists, "the members counted")
    assert questions[before:] == []


def test_two_bots_in_one_group_end_after_one_message(scene: Scene) -> None:
    group = scene.group("Two bots", State.LIVE)
    other = group.member("Eve")
    other.says(f"look {DANGEROUS}")

    for number in range(3):  # the other bot answers whatever ours says, each time with another bad link
        last = scene.wait_said(group)[-1]
        ours = MessageRef(last.message_id, group.jid, scene.server.bot, last.message, last.at)
        other.says(f"I think https://xn--pypal-4ve.com/bot{number} is fine", quoting=ours)
    written = scene.installation.rows(Sighting).filter(group__jid=str(group.jid), place=Place.TEXT).order_by("pk")
    wait_for(lambda: written.filter(planned_at__isnull=False).count() == 4, "four decided links")
    scene.wait_actions_done()

    assert [sighting.facts["silence"] for sighting in written] == ["", "quotes_us", "quotes_us", "quotes_us"]
    assert {sighting.verdict for sighting in written} == {"malicious"}
    assert len(scene.said(group)) == 1


AS_DELIVERED = {
    "SEND_GAP_MIN": "4",
    "SEND_GAP_MAX": "12",
    "SEND_TYPING": "3",
    "SEND_GROUP_GAP": "45",
    "SEND_HOURLY_CAP": "20",
    "SEND_DAILY_CAP": "100",
    "SEND_WARM_UP_DAYS": "14",
}
KNOWN, SCANNED = "known-scam.example.com", DANGEROUS
PROMISED_SECONDS = 2.0  # of what is known; a scan of a page that answers at once comes on top


def test_the_first_reaction_to_a_certain_danger_comes_at_once(running: Callable[..., Scene]) -> None:
    scene = running(**AS_DELIVERED)
    scene.installation.rows(Override).create(
        kind=OverrideKind.HOST, target=KNOWN, shown=KNOWN, ruling=Ruling.DENY, created_by="owner"
    )
    groups = {name: scene.server.group(name, ["Bob", "Eve"]) for name in ("Known", "Scanned")}
    for group in groups.values():
        wait_for(lambda: scene.installation.rows(Group).filter(jid=str(group.jid), size=3).exists(), "the row")  # noqa: B023
    live = {"state": State.LIVE, "on_malicious": Response.REACT}
    scene.installation.rows(Group).update(**live)
    wait_for(lambda: scene.installation.rows(Action).filter(state=ActionState.SENT).count() == 1, "the first notice")

    took = {}
    for name, link in (("Known", f"https://{KNOWN}/login"), ("Scanned", SCANNED)):
        message = groups[name].member("Bob").says(f"look {link}")
        reaction = next(sent for sent in scene.wait_said(groups[name]) if sent.kind is SentKind.REACTION)
        took[name] = reaction.at - message.sent_at

    print(f"from a message to the reaction, as delivered: {took}")
    assert took["Known"] < PROMISED_SECONDS
    assert took["Scanned"] < 2 * PROMISED_SECONDS
