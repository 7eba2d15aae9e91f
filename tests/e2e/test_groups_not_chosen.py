"""A phone in forty groups is linked: of what is said there nothing is stored or answered until one is ticked."""

from __future__ import annotations

from collections.abc import Callable

from groups.models import Group
from groups.policy import State
from scans.models import Scan
from tests.e2e.conftest import DANGEROUS, Scene
from tests.e2e.installation import Installation, wait_for
from tests.e2e.test_look_dont_touch import places_with
from waclient.models import Action, PendingWork, Sighting, WorkKind

GROUPS = 40
SECRET = "n0b0dy-ch0se-us"
PRIVATE = "zzprivatename"


def all_is_quiet(installation: Installation) -> Callable[[], bool]:
    """Whether every group is known and no question about one is open."""
    known = installation.rows(Group).exclude(seen_at=None)
    return lambda: known.count() == GROUPS and not installation.rows(PendingWork).exists()


def test_forty_groups_are_left_alone_until_one_is_ticked(running: Callable[[], Scene], paired: Installation) -> None:
    groups = [paired.server.group(f"Group {number}", ["Bob", PRIVATE]) for number in range(GROUPS)]
    scene = running()
    wait_for(all_is_quiet(paired), "all groups")

    for group in groups:
        group.member(PRIVATE).says(f"for us alone {DANGEROUS}?{SECRET}")
    group.member(PRIVATE).says("!check https://example.org")
    # Events are heard in order: what was said before this name was heard before the tick.
    groups[-1].renames("Heard to the end")
    wait_for(lambda: paired.rows(Group).filter(name="Heard to the end").exists(), "the end of what was said")
    [chosen, *others] = groups
    scene.choose(chosen, State.LIVE)
    message = chosen.member("Bob").says(f"{DANGEROUS}?seen")
    [reply] = scene.wait_said(chosen)

    assert reply.quoted_id == message.id
    assert [sighting.message_id for sighting in paired.rows(Sighting)] == [message.id]
    assert paired.rows(Scan).count() == 1
    assert {row.state for row in paired.rows(Group).exclude(jid=str(chosen.jid))} == {State.OFF}
    assert set(paired.rows(Action).values_list("group__jid", flat=True)) == {str(chosen.jid)}
    assert all(scene.server.sent_to(group) == [] for group in others)
    assert not paired.rows(PendingWork).exclude(kind=WorkKind.GROUP_INFO).exists()
    assert places_with(SECRET, paired.folder) == []
    # Whom the library met it keeps in its own session file; we keep nobody.
    private = group.member(PRIVATE)
    for trace in (PRIVATE, private.lid.user, private.pn.user):
        assert set(places_with(trace, paired.folder)) <= {"session.sqlite3", "session.sqlite3-wal"}
