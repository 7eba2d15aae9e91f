"""How each channel carries a message; each function raises NotDelivered."""

from __future__ import annotations

import hashlib
import hmac
import smtplib
import ssl
import time
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

import httpx
import orjson
from django.conf import settings

from wbscanner.alarms import TEST
from wbscanner.models import Channel, Delivery
from wbscanner.notify.destinations import TIMEOUT_SECONDS, NotDelivered, addresses_of, post

SIGNATURE = "X-Wbscanner-Signature"
URGENT, NORMAL = 4, 3  # ntfy's priorities


def by_webhook(delivery: Delivery) -> None:
    """JSON, signed: `t=SECONDS,v1=HMAC-SHA256(secret, "SECONDS.body")` in hex, where a secret is set."""
    sent_at = int(time.time())
    values = {"id": delivery.pk, "kind": delivery.kind, "title": delivery.title, "text": delivery.text}
    body = orjson.dumps({**values, "at": delivery.created_at, "desk": settings.BASE_URL})
    headers = {"Content-Type": "application/json"}
    if settings.ALARM_WEBHOOK_SECRET:
        headers[SIGNATURE] = f"t={sent_at},v1={signature(settings.ALARM_WEBHOOK_SECRET, sent_at, body)}"
    post(settings.ALARM_WEBHOOK_URL, content=body, headers=headers)


def signature(secret: str, sent_at: int, body: bytes) -> str:
    return hmac.new(secret.encode(), b"%d.%b" % (sent_at, body), hashlib.sha256).hexdigest()


def by_ntfy(delivery: Delivery) -> None:
    """As JSON to the server's root, which takes any script in title and text; the topic is the last part of the URL."""
    url = httpx.URL(settings.ALARM_NTFY_URL)
    folder, _, topic = url.path.rstrip("/").rpartition("/")
    priority = NORMAL if delivery.kind == TEST else URGENT
    values = {"topic": topic, "title": delivery.title, "message": delivery.text, "priority": priority}
    token = settings.ALARM_NTFY_TOKEN
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    post(str(url.copy_with(path=f"{folder}/")), content=orjson.dumps(values), headers=headers)


def by_email(delivery: Delivery) -> None:
    message = EmailMessage()
    message["From"], message["To"] = settings.SMTP_FROM, ", ".join(settings.ALARM_EMAIL_TO)
    message["Subject"], message["Date"] = f"[wbscanner] {delivery.title}", formatdate()
    message["Message-ID"] = make_msgid(f"alarm-{delivery.pk}", domain="wbscanner.local")
    message.set_content(f"{delivery.text}\n\n{settings.BASE_URL}/\n")
    try:
        with _server() as server:
            if settings.SMTP_USER:
                server.login(settings.SMTP_USER, settings.SMTP_PASSWORD)
            server.send_message(message)
    except (smtplib.SMTPException, OSError) as error:
        code = getattr(error, "smtp_code", "")
        raise NotDelivered(f"{settings.SMTP_HOST}: {type(error).__name__} {code}".strip()) from error


def _server() -> smtplib.SMTP:
    """Connected to an address that was checked; its certificate is checked against the name."""
    failure: Exception = NotDelivered(f"{settings.SMTP_HOST} has no address")
    for address in addresses_of(settings.SMTP_HOST):
        try:
            return _connected(address)
        except ConnectionError as error:
            failure = error
    raise failure


def _connected(address: str) -> smtplib.SMTP:
    context = ssl.create_default_context()
    server = smtplib.SMTP(timeout=TIMEOUT_SECONDS)
    if settings.SMTP_SECURITY == "tls":
        server = smtplib.SMTP_SSL(timeout=TIMEOUT_SECONDS, context=context)
    server._host = settings.SMTP_HOST  # type: ignore[attr-defined]  # what the certificate has to be valid for
    server.connect(address, settings.SMTP_PORT)
    if settings.SMTP_SECURITY == "starttls":
        server.starttls(context=context)
    return server


CARRIERS: Mapping[str, Callable[[Delivery], None]] = {
    Channel.EMAIL: by_email,
    Channel.WEBHOOK: by_webhook,
    Channel.NTFY: by_ntfy,
}
