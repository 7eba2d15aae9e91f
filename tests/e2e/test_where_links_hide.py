"""A link is judged and answered once wherever in a message it stands: pictures, documents, polls, contacts, edits."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from groups.policy import State
from tests.e2e.conftest import CLEAN, DANGEROUS, Scene
from tests.e2e.installation import wait_for
from tests.waclient import media_samples as samples
from tests.whatsapp_server import messages
from tests.whatsapp_server.group import Group as WhatsAppGroup
from tests.whatsapp_server.media_files import FileKind
from tests.whatsapp_server.media_host import Trouble
from tests.whatsapp_server.member import Member, MessageRef
from tests.whatsapp_server.outgoing import SentKind
from tests.whatsapp_server.protobufs import e2e
from waclient.media import MAX_MEDIA_BYTES
from waclient.models import PendingWork, Place, WorkKind

HOST, DEFANGED = "xn--pypal-4ve.com", "xn--pypal-4ve[.]com"
LONG_ENOUGH_TO_BE_WRONG = 0.8
SECRET = "n0tf0ry0ureyes"


def qr_code(text: str = DANGEROUS) -> bytes:
    return samples.file_of(samples.photo(samples.qr(text), (1200, 900)), "JPEG", quality=75)


def sends_qr_code(bob: Member) -> MessageRef:
    return bob.sends_image("the new timetable", content=qr_code())


def sends_sticker(bob: Member) -> MessageRef:
    return bob.sends_sticker(samples.file_of(samples.qr(DANGEROUS, 8), "WEBP"))


def sends_pdf(bob: Member) -> MessageRef:
    return bob.sends_document("your bill", "bill.pdf", content=samples.pdf(link=DANGEROUS))


def sends_pdf_with_code(bob: Member) -> MessageRef:
    return bob.sends_document("", "flyer.pdf", content=samples.pdf(picture=samples.qr(DANGEROUS, 6)))


def sends_picture_as_document(bob: Member) -> MessageRef:
    return bob.sends_document("", "scan.png", content=qr_code(), mimetype="image/png")


def asks_in_poll(bob: Member) -> MessageRef:
    options = [e2e.PollCreationMessage.Option(optionName=name) for name in ("yes", f"win at {DANGEROUS}")]
    return bob.sends(e2e.Message(pollCreationMessageV3=e2e.PollCreationMessage(name="Who comes?", options=options)))


def sends_contact(bob: Member) -> MessageRef:
    card = f"BEGIN:VCARD\nVERSION:3.0\nFN:Support\nURL:{DANGEROUS}\nEND:VCARD"
    return bob.sends(e2e.Message(contactMessage=e2e.ContactMessage(displayName="Support", vcard=card)))


def forwards_document(bob: Member) -> MessageRef:
    document = messages.document(f"read this {DANGEROUS}", "letter.pdf")
    return bob.sends(messages.with_context(document, isForwarded=True, forwardingScore=7))


def edits_message(bob: Member) -> MessageRef:
    message = bob.says(f"see {CLEAN}")
    bob.edits(message, f"see {DANGEROUS}")
    return message


PLACES: dict[str, tuple[Callable[[Member], MessageRef], Place]] = {
    "QR code in a picture": (sends_qr_code, Place.CODE),
    "QR code in a sticker": (sends_sticker, Place.CODE),
    "picture sent as a document": (sends_picture_as_document, Place.CODE),
    "PDF with a link": (sends_pdf, Place.DOCUMENT),
    "PDF with a QR code": (sends_pdf_with_code, Place.CODE),
    "poll option": (asks_in_poll, Place.TEXT),
    "vCard": (sends_contact, Place.TEXT),
    "caption of a forwarded document": (forwards_document, Place.TEXT),
    "edited message": (edits_message, Place.TEXT),
}


def dangerous(scene: Scene, group: WhatsAppGroup) -> list[Any]:
    return [sighting for sighting in scene.sightings(group) if sighting.host == HOST]


def nothing_waits(scene: Scene) -> None:
    rows = scene.installation.rows(PendingWork).filter(kind=WorkKind.MEDIA)
    wait_for(lambda: not rows.exists(), "no file that waits")


@pytest.mark.parametrize(("hide", "place"), PLACES.values(), ids=PLACES)
def test_a_hidden_link_is_judged_and_answered_once(
    scene: Scene, hide: Callable[[Member], MessageRef], place: Place
) -> None:
    group = scene.group(f"Hidden by {hide.__name__}", State.LIVE)

    message = hide(group.member("Bob"))

    [reply] = scene.wait_said(group)
    [sighting] = dangerous(scene, group)
    assert (sighting.verdict, sighting.place, sighting.message_id) == ("malicious", place, message.id)
    assert (reply.kind, reply.quoted_id) == (SentKind.REPLY, message.id)
    assert DEFANGED in reply.text
    nothing_waits(scene)
    time.sleep(LONG_ENOUGH_TO_BE_WRONG)
    assert len(scene.said(group)) == 1


def test_a_picture_that_shows_once_is_read(scene: Scene) -> None:
    group = scene.group("Seen once", State.LIVE)
    picture = messages.image("", **group.member("Bob").uploads(qr_code(), FileKind.IMAGE))

    group.member("Bob").sends(e2e.Message(viewOnceMessageV2=e2e.FutureProofMessage(message=picture)))

    scene.wait_said(group)
    assert dangerous(scene, group)[0].place == Place.CODE


def test_a_code_without_a_link_and_a_picture_without_a_code_leave_nothing(scene: Scene) -> None:
    group = scene.group("Harmless", State.LIVE)
    bob = group.member("Bob")

    bob.sends_image(content=qr_code(f"WIFI:T:WPA;S:club;P:{SECRET};;"))
    bob.sends_image(content=samples.file_of(samples.photo(Image.new("RGB", (9, 9)))))
    bob.says(CLEAN)

    scene.wait_planned(group)
    nothing_waits(scene)
    assert [sighting.host for sighting in scene.sightings(group)] == ["www.example.org"]
    assert scene.said(group) == []
    for file in scene.installation.data.glob("wbscanner.sqlite3*"):
        assert SECRET.encode() not in file.read_bytes()


@pytest.mark.parametrize("state", [State.OFF, State.PAUSED])
def test_no_picture_of_a_group_that_was_not_chosen_is_fetched(scene: Scene, state: State) -> None:
    group = scene.server.group(f"Not chosen {state}", ["Bob", "Eve"])
    scene.choose(group, state)
    beacon = scene.group(f"Beacon {state}", State.WATCH)
    before = len(scene.server.exchange.media_requests)

    group.member("Eve").sends_image(content=qr_code())
    beacon.member("Eve").says(DANGEROUS)

    scene.wait_planned(beacon)
    assert scene.sightings(group) == []
    assert len(scene.server.exchange.media_requests) == before
    assert not scene.installation.rows(PendingWork).filter(kind=WorkKind.MEDIA).exists()


def test_a_picture_that_was_deleted_before_it_was_read_is_not_judged(scene: Scene) -> None:
    group = scene.group("Deleted", State.LIVE)
    bob = group.member("Bob")
    scene.server.exchange.faults.media = Trouble.UNAVAILABLE
    try:
        message = bob.sends_image(content=qr_code())
        rows = scene.installation.rows(PendingWork).filter(kind=WorkKind.MEDIA)
        wait_for(rows.filter(attempts=1).exists, "a first attempt")
        group.member("Eve").deletes(message)
        bob.says(CLEAN)
        scene.wait_planned(group)
        assert rows.exists()

        bob.deletes(message)

        wait_for(lambda: not rows.exists(), "the forgotten picture")
    finally:
        scene.server.exchange.faults.media = ""
    assert dangerous(scene, group) == []


HOSTILE: dict[str, Callable[[Member], MessageRef]] = {
    "announced as too large": lambda bob: bob.sends_image(content=b"x", fileLength=MAX_MEDIA_BYTES + 1),
    "larger than announced": lambda bob: bob.sends_image(content=bytes(MAX_MEDIA_BYTES + 100), fileLength=1000),
    "picture bomb": lambda bob: bob.sends_image(content=samples.png_that_claims(60_000, 60_000)),
    "broken picture": lambda bob: bob.sends_image(content=qr_code()[:5000]),
    "broken PDF": lambda bob: bob.sends_document(content=b"%PDF-1.7\nnothing follows"),
    "PDF bomb": lambda bob: bob.sends_document(content=samples.pdf_that_unpacks_to(1 << 27)),
    "wrong key": lambda bob: bob.sends_image(content=qr_code(), mediaKey=bytes(32)),
    "no such file": lambda bob: bob.sends_image(content=qr_code(), directPath="/v/nothing.enc?x=1"),
    "another server": lambda bob: bob.sends_image(
        content=qr_code(), directPath=".evil.example/x", URL="https://evil.example/x"
    ),
}


@pytest.mark.parametrize("attack", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_leaves_the_socket_healthy(scene: Scene, attack: Callable[[Member], MessageRef]) -> None:
    group = scene.group("Hostile", State.LIVE)
    bob = group.member("Bob")
    logins = scene.server.logins

    attack(bob)
    bob.says(DANGEROUS)

    scene.wait_said(group)
    nothing_waits(scene)
    assert {sighting.place for sighting in scene.sightings(group)} == {Place.TEXT}
    assert scene.server.logins == logins
    assert "evil.example:443" not in scene.server.refused_hosts
    bob.sends_image(content=qr_code("https://xn--pypal-4ve.com/after"))
    wait_for(lambda: Place.CODE in {sighting.place for sighting in scene.sightings(group)}, "the next picture")
