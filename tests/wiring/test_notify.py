"""Messages to the owner arrive by e-mail, webhook and ntfy, at real servers of this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from tests.sites.certificates import authority
from tests.wiring.mail_server import MailServer
from tests.wiring.web_hook import WebHook
from wbscanner import alarms
from wbscanner.models import Delivery, DeliveryState
from wbscanner.notify import channels
from wbscanner.notify.deliveries import RETRIES, deliver_next
from wbscanner.tasks import deliver

pytestmark = pytest.mark.django_db

NOW = timezone.now()
TITLE, TEXT = "WhatsApp banned the number — für eine Weile", "Nothing is read until tomorrow. ⚠️"


@pytest.fixture
def mail(settings: Settings) -> Iterator[MailServer]:
    with MailServer().running() as mail:
        settings.ALARM_CHANNELS = ["email"]
        settings.ALARM_EMAIL_TO = ["olga@example.org", "ben@example.org"]
        settings.SMTP_HOST, settings.SMTP_PORT, settings.SMTP_SECURITY = "localhost", mail.port, "none"
        settings.SMTP_FROM = "wbscanner@example.org"
        settings.DELIVERY_ALLOW_HOSTS = frozenset({"localhost"})
        yield mail


@pytest.fixture
def hook(settings: Settings) -> Iterator[WebHook]:
    with WebHook().running() as hook:
        settings.ALARM_CHANNELS = ["webhook"]
        settings.ALARM_WEBHOOK_URL = f"http://localhost:{hook.port}/alarms?from=wb"
        settings.ALARM_WEBHOOK_SECRET = "shared secret"
        settings.DELIVERY_ALLOW_HOSTS = frozenset({"localhost"})
        yield hook


def tell() -> Delivery:
    [delivery] = alarms.tell("banned", TITLE, TEXT, NOW)
    return delivery


def outcome() -> tuple[str, str]:
    delivery = Delivery.objects.get()
    return delivery.state, delivery.problem


def test_an_e_mail_arrives_with_its_words_and_a_way_to_the_desk(mail: MailServer, settings: Settings) -> None:
    tell()

    assert deliver() == 1

    [message] = mail.received
    body = message.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert TEXT in body.decode()
    assert settings.BASE_URL in body.decode()
    assert mail.recipients == ["olga@example.org", "ben@example.org"]
    assert outcome() == (DeliveryState.SENT, "")


def test_mail_is_encrypted_and_logged_in_where_the_server_wants_it(
    mail: MailServer, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail.tls, mail.login = authority().context("localhost"), ("wb", "secret")
    settings.SMTP_SECURITY, settings.SMTP_USER, settings.SMTP_PASSWORD = "starttls", "wb", "secret"
    (tmp_path / "ca.pem").write_text(authority().pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    tell()

    deliver()

    assert (outcome(), mail.was_encrypted) == ((DeliveryState.SENT, ""), [True])


def test_a_certificate_of_another_name_gets_no_mail_and_no_password(
    mail: MailServer, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail.tls = authority().context("other.example")
    settings.SMTP_SECURITY, settings.SMTP_USER, settings.SMTP_PASSWORD = "starttls", "wb", "secret"
    (tmp_path / "ca.pem").write_text(authority().pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    tell()

    deliver()

    assert outcome() == (DeliveryState.PENDING, "localhost: SSLCertVerificationError")
    assert mail.received == []


@pytest.mark.parametrize("trouble", ["refuses", "login"])
def test_a_server_that_refuses_is_a_problem_that_names_no_secret(
    mail: MailServer, settings: Settings, trouble: str
) -> None:
    settings.SMTP_USER, settings.SMTP_PASSWORD = "wb", "n0tthis"
    mail.refuses, mail.login = trouble == "refuses", ("wb", "n0tthis" if trouble == "refuses" else "other")
    tell()

    deliver()

    state, problem = outcome()
    assert (state, "localhost: SMTP" in problem, "n0tthis" in problem) == (DeliveryState.PENDING, True, False)


def test_a_webhook_gets_signed_json(hook: WebHook, settings: Settings) -> None:
    delivery = tell()

    deliver()

    [posted] = hook.posted
    stamp, _, signed = posted.headers["x-wbscanner-signature"].partition(",")
    sent_at = int(stamp.removeprefix("t="))
    assert signed == f"v1={channels.signature('shared secret', sent_at, posted.body)}"
    assert signed != f"v1={channels.signature('other secret', sent_at, posted.body)}"
    assert abs(sent_at - timezone.now().timestamp()) < 60
    values = json.loads(posted.body)
    assert (values["id"], values["kind"], values["title"], values["text"]) == (delivery.pk, "banned", TITLE, TEXT)
    assert (posted.path, posted.headers["host"]) == ("/alarms?from=wb", f"localhost:{hook.port}")


def test_ntfy_gets_title_text_and_topic_in_any_script(hook: WebHook, settings: Settings) -> None:
    settings.ALARM_CHANNELS = ["ntfy"]
    settings.ALARM_NTFY_URL, settings.ALARM_NTFY_TOKEN = f"http://localhost:{hook.port}/my-topic", "tk_1"
    tell()

    deliver()

    [posted] = hook.posted
    values = json.loads(posted.body)
    assert (posted.path, values["topic"], values["title"], values["message"]) == ("/", "my-topic", TITLE, TEXT)
    assert posted.headers["authorization"] == "Bearer tk_1"


@pytest.mark.parametrize("status", [302, 404, 500])
def test_what_is_not_taken_is_tried_again_later_and_no_redirect_is_followed(hook: WebHook, status: int) -> None:
    hook.status = status
    tell()

    assert deliver_next(NOW) is True
    assert outcome() == (DeliveryState.PENDING, f"localhost answered {status}")
    assert deliver_next(NOW + RETRIES[0] - timedelta(seconds=1)) is False
    hook.status = 204
    assert deliver_next(NOW + RETRIES[0]) is True

    assert (len(hook.posted), outcome()) == (2, (DeliveryState.SENT, ""))


def test_after_a_day_it_is_given_up(hook: WebHook) -> None:
    hook.status = 500
    tell()

    for _ in range(20):
        deliver_next(NOW + timedelta(days=2))
        Delivery.objects.update(due_at=NOW)

    assert len(hook.posted) == len(RETRIES) + 1
    assert outcome()[0] == DeliveryState.FAILED


def test_one_channel_that_fails_holds_up_no_other(hook: WebHook, mail: MailServer, settings: Settings) -> None:
    settings.ALARM_CHANNELS = ["webhook", "email"]
    hook.status = 500

    alarms.tell("down", TITLE, TEXT, NOW)
    deliver()

    assert len(mail.received) == 1


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://127.0.0.1/x", "127.0.0.1"),
        ("https://localhost/x", "DELIVERY_ALLOW_HOSTS"),
        ("https://169.254.169.254/latest", "not an address of the public internet"),
        ("http://example.org/x", "only https"),
        ("https://nowhere.invalid/x", "has no address"),
    ],
)
def test_only_public_addresses_are_told_unless_the_environment_names_them(
    settings: Settings, url: str, said: str
) -> None:
    settings.ALARM_CHANNELS, settings.ALARM_WEBHOOK_URL = ["webhook"], url
    tell()

    deliver()

    state, problem = outcome()
    assert (state, said in problem) == (DeliveryState.PENDING, True), problem


def test_mail_servers_are_bound_by_the_same_rule(mail: MailServer, settings: Settings) -> None:
    settings.DELIVERY_ALLOW_HOSTS = frozenset()
    tell()

    deliver()

    assert "DELIVERY_ALLOW_HOSTS" in outcome()[1]
    assert mail.received == []


def test_the_command_tries_every_channel_and_says_what_came_of_it(
    hook: WebHook, mail: MailServer, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.ALARM_CHANNELS = ["webhook", "email"]
    hook.status = 500

    with pytest.raises(CommandError, match="not every channel"):
        call_command("notify", "--test")

    assert capsys.readouterr().out == "webhook: localhost answered 500\nemail: arrived\n"
    assert len(mail.received) == 1


def test_the_command_says_when_there_is_no_channel(settings: Settings) -> None:
    settings.ALARM_CHANNELS = []

    with pytest.raises(CommandError, match="no channel"):
        call_command("notify")
