from __future__ import annotations

import pytest

from groups.models import Group
from groups.policy import Response
from scans.engine.scoring import Verdict
from tests.factories import make_group, make_scan, make_sighting
from tests.waclient.changes import corrections, decided, kinds, rejudged
from tests.waclient.planning import plan_all, planned, told

pytestmark = pytest.mark.django_db


def _posted(group: Group, url: str, message_id: str = "M1", verdict: Verdict = Verdict.BENIGN) -> None:
    make_sighting(group, make_scan(url, verdict), url=url, message_id=message_id)


@pytest.mark.parametrize("verdict", [Verdict.BENIGN, Verdict.UNKNOWN])
@pytest.mark.parametrize("response", [Response.REACT, Response.REPLY])
@pytest.mark.parametrize(
    ("column", "url"),
    [
        ("on_shorteners", "https://bit.ly/abc"),
        ("on_payments", "https://paypal.me/someone/20"),
        ("on_invites", "https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv"),
        ("on_invites", "https://t.me/+AbCdEfGhIjK1234"),
        ("on_invites", "https://t.me/joinchat/AAAAAEabcdefgh"),
    ],
)
def test_a_rule_for_a_kind_of_link_is_carried_out_whatever_its_verdict(
    column: str, url: str, response: Response, verdict: Verdict
) -> None:
    columns: dict[str, object] = {column: response}
    group = told(make_group(**columns))  # type: ignore[arg-type]
    _posted(group, url, verdict=verdict)

    plan_all()

    assert [(action.kind, action.severity) for action in planned()] == [(response, 0)]


def test_a_rule_is_carried_out_once_a_message() -> None:
    group = told(make_group(on_shorteners=Response.REPLY))
    _posted(group, "https://bit.ly/abc")
    plan_all()
    _posted(group, "https://bit.ly/def")

    plan_all()

    assert len(planned()) == 1


@pytest.mark.parametrize(
    ("before", "retractions"),
    [(Verdict.UNKNOWN, []), (Verdict.SUSPICIOUS, ["retract"]), (Verdict.MALICIOUS, ["retract"])],
)
def test_what_a_rule_made_the_bot_say_is_no_accusation_to_take_back(before: Verdict, retractions: list[str]) -> None:
    group = told(make_group(on_shorteners=Response.REPLY, on_suspicious=Response.REPLY))
    sighting = decided(group, before, host="bit.ly")
    assert [action.kind for action in planned()] == ["reply"]

    rejudged(sighting, Verdict.BENIGN)
    plan_all()

    assert kinds() == retractions
    assert all("nothing suspicious" in action.text for action in corrections())
