"""A careless list, put into use by the real worker, is never taken for more than it says."""

from __future__ import annotations

from groups.policy import State
from scans.engine.feeds.source import Match
from tests.e2e.conftest import Scene
from tests.e2e.test_second_looks import OwnList
from tests.whatsapp_server.group import Group

# Endings, everybody's sites and the tail of a longer name: what real lists were seen to contain.
CARELESS = ("com", "iscord.gift")
EVERYBODYS = "google.com"
INNOCENT = [
    "https://discord.gift/AbCdEf",
    "https://docs.google.com/forms/d/7/viewform",
    "https://a-bakery-round-the-corner.com/menu",
]


def assert_only_what_is_named_is_condemned(scene: Scene, group: Group, named: str) -> None:
    group.member("Bob").says_all([*INNOCENT, named])

    verdicts = {sighting.url: sighting.verdict for sighting in scene.wait_planned(group, len(INNOCENT) + 1)}
    assert [verdicts[url] for url in INNOCENT] == ["benign"] * len(INNOCENT)
    assert verdicts[named] == "malicious"  # the list is in use
    [reply] = scene.wait_said(group)
    assert "iscord[.]gift" in reply.text


def test_a_careless_list_of_hosts_condemns_nothing_but_what_it_names(scene: Scene) -> None:
    """T3: `com`, `google.com` and `iscord.gift` say nothing of discord.gift, docs.google.com and every other .com."""
    own_list = OwnList(scene.installation, Match.HOST)
    group = scene.group("Careless hosts", State.LIVE)

    own_list.names(*CARELESS, EVERYBODYS)

    assert_only_what_is_named_is_condemned(scene, group, "https://iscord.gift/1")


def test_a_careless_list_of_whole_domains_is_refused_and_without_everybodys_site_taken_at_its_word(
    scene: Scene,
) -> None:
    """T3: with `google.com` and everything below it no such list is put into use at all."""
    own_list = OwnList(scene.installation, Match.DOMAIN)
    group = scene.group("Careless domains", State.LIVE)

    assert "it lists google.com with everything below it" in own_list.names(*CARELESS, EVERYBODYS, is_refused=True)
    own_list.names(*CARELESS)

    assert_only_what_is_named_is_condemned(scene, group, "https://iscord.gift/2")
