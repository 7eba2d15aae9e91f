"""A link that was fine when it was posted and is listed later: the group hears of it, once."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from groups.policy import Response, State
from scans.engine.feeds.source import Format, Match
from scans.models import Cause, Feed, FeedState, Scan, Status
from tests.e2e.conftest import Scene
from tests.e2e.installation import Installation, wait_for
from tests.whatsapp_server.outgoing import SentKind
from waclient.models import QueueItem, Sighting
from waclient.tapping import is_clickable

OTHERS = [f"https://somebody-else-{number}.example.com/pay" for number in range(4)]
LONG_ENOUGH_TO_BE_WRONG = 0.8
LIST = "own-test"
SHOW_TIMELINE = """
from scans.admin.timeline import timeline
from scans.models import Scan
print(timeline(Scan.objects.filter(url_hash="{url_hash}").latest("pk")))
"""


class OwnList:
    """A list of the installation's own, kept in a file."""

    def __init__(self, installation: Installation, match: Match = Match.URL) -> None:
        self.installation, self.file = installation, installation.data / "own.txt"
        installation.rows(Feed).update_or_create(
            name=LIST,
            defaults={
                "title": "Test list", "is_own": True, "file": str(self.file), "state": FeedState.ON,
                "format": Format.LINES, "match": match,
            },
        )  # fmt: skip

    def names(self, *urls: str, is_refused: bool = False) -> str:
        """Put these into the file, beside what others reported, and refresh the list; what the command said."""
        self.file.write_text("\n".join([*OTHERS, *urls]) + "\n", encoding="utf-8")
        made = self.installation.manage("refreshfeeds", LIST, check=not is_refused)
        return made.stdout + made.stderr


@pytest.fixture(scope="module")
def own_list(scene: Scene) -> OwnList:
    return OwnList(scene.installation)


def checks(scene: Scene, sighting: Sighting) -> list[Scan]:
    """The finished scans of a link, oldest first."""
    rows = scene.installation.rows(Scan).filter(url_hash=sighting.url_hash, status=Status.DONE)
    return list(rows.order_by("pk"))


def is_told(scene: Scene) -> Callable[[], bool]:
    untold = scene.installation.rows(Scan).filter(changed_from__isnull=False, told_at__isnull=True)
    waiting = scene.installation.rows(Scan).exclude(status=Status.DONE)
    return lambda: not waiting.exists() and not untold.exists()


def test_a_link_that_is_listed_after_it_was_posted_is_warned_of_once(scene: Scene, own_list: OwnList) -> None:
    url = "https://fine-at-noon.example.com/offer?id=7"
    live, watched = scene.group("Live", State.LIVE), scene.group("Watched", State.WATCH)
    live.member("Eve").says(url)
    message = live.member("Bob").says(f"look {url}")
    watched.member("Bob").says(url)
    noon = scene.wait_planned(live, 2)[1]
    scene.wait_planned(watched)
    assert (noon.verdict, noon.facts["silence"], scene.said(live)) == ("benign", "nothing_found", [])

    assert "1 links are looked at again" in own_list.names(url)

    [warning] = scene.wait_said(live)
    assert (warning.kind, warning.quoted_id) == (SentKind.REPLY, message.id)
    assert "may be a scam" in warning.text.splitlines()[0]
    assert warning.text.splitlines()[0].endswith(": fine-at-noon[.]example[.]com")
    assert not is_clickable(warning.text)
    assert set(warning.read_by) == {"Bob", "Eve"}
    wait_for(is_told(scene), "that everybody was told")
    own_list.names(url)
    time.sleep(LONG_ENOUGH_TO_BE_WRONG)
    assert len(scene.said(live)) == 1
    assert scene.said(watched) == []
    assert [row.verdict for row in [*scene.sightings(live), *scene.sightings(watched)]] == ["malicious"] * 3
    item = scene.installation.rows(QueueItem).get(url_hash=noon.url_hash)
    assert (item.verdict, item.reach) == ("malicious", 2)

    assert [(scan.verdict, scan.cause) for scan in checks(scene, noon)] == [
        ("benign", Cause.POSTED),
        ("malicious", Cause.LISTS),
    ]
    story = scene.installation.manage("shell", "-c", SHOW_TIMELINE.format(url_hash=noon.url_hash)).stdout
    assert story.index("Nothing found") < story.index("a list of known links changed") < story.index("Acted on")
    assert "Test list" in story


@pytest.mark.parametrize("response", [Response.REPLY, Response.REACT])
def test_a_link_that_was_listed_by_mistake_is_taken_back_once(
    scene: Scene, own_list: OwnList, response: Response
) -> None:
    url = f"https://listed-by-mistake.example.com/{response}"
    group = scene.group(f"Mistake, {response}", State.LIVE)
    scene.choose(group, State.LIVE, on_malicious=response)
    own_list.names(url)
    message = group.member("Bob").says(url)
    [said] = scene.wait_said(group)

    own_list.names()

    [_said, taken_back] = scene.wait_said(group, 2)
    if response is Response.REACT:
        assert (said.text, taken_back.kind) == ("⚠️", SentKind.REACTION)
        assert (taken_back.text, taken_back.target_id) == ("", message.id)
    else:
        assert (taken_back.kind, taken_back.quoted_id) == (SentKind.REPLY, message.id)
        assert "listed-by-mistake[.]" in taken_back.text
        assert "nothing suspicious" in taken_back.text
    wait_for(is_told(scene), "that everybody was told")
    time.sleep(LONG_ENOUGH_TO_BE_WRONG)
    assert len(scene.said(group)) == 2
    assert scene.sightings(group)[0].verdict == "benign"
    assert not scene.installation.rows(QueueItem).filter(host="listed-by-mistake.example.com").exists()


def test_a_muted_group_hears_nothing_of_a_change_not_even_later(scene: Scene, own_list: OwnList) -> None:
    url = "https://muted-meanwhile.example.com/"
    group = scene.group("Muted meanwhile", State.LIVE)
    group.member("Bob").says(url)
    scene.wait_planned(group)
    scene.choose(group, State.LIVE, muted_until=datetime.now(UTC) + timedelta(hours=1))

    own_list.names(url)
    wait_for(lambda: scene.sightings(group)[0].verdict == "malicious", "the new verdict")
    scene.choose(group, State.LIVE, muted_until=None)
    own_list.names(url)

    time.sleep(LONG_ENOUGH_TO_BE_WRONG)
    assert scene.said(group) == []
