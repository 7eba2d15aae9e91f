"""The keys of providers: from the environment (NAME, NAME_FILE), or set once in the desk, encrypted and never shown."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from enum import StrEnum

from django.conf import settings

from scans.engine.providers.provider import Card
from scans.models import ProviderState
from wbscanner import env, secrets

log = logging.getLogger(__name__)

# Longer than any key that providers hand out.
MAX_KEY = 400


class Place(StrEnum):
    """Where the key that is used comes from."""

    NOT_NEEDED = "not_needed"
    ENVIRONMENT = "environment"
    DESK = "desk"
    MISSING = "missing"
    UNREADABLE = "unreadable"


class BadKey(ValueError):
    """A text that is no key: empty, too long, or with characters that no header may carry."""


def find(
    card: Card, state: ProviderState | None, others: Mapping[str, ProviderState] | None = None
) -> tuple[str, Place]:
    """The provider's key and where it comes from; an empty one when there is none, or none that can be read.

    `others` are the rows of all providers, where they were read already: a key may be another one's.
    """
    if not card.key_name:
        return "", Place.NOT_NEEDED
    try:
        if given := env.secret(card.key_name):
            return given, Place.ENVIRONMENT
    except (OSError, UnicodeDecodeError) as error:
        log.error("the file of %s cannot be read (%s)", card.key_name, type(error).__name__)
        return "", Place.UNREADABLE
    if (state is None or not state.key) and card.account:
        read = ProviderState.objects.filter(pk=card.account).first
        state = read() if others is None else others.get(card.account)
    return _of_desk(card, state)


def _of_desk(card: Card, state: ProviderState | None) -> tuple[str, Place]:
    if state is None or not state.key:
        return "", Place.MISSING
    try:
        return secrets.decrypt(settings.INSTALLATION_KEY, state.key), Place.DESK
    except secrets.Unreadable:
        log.error("the key of %s was stored under another installation key: set it again", card.name)
        return "", Place.UNREADABLE


def cleaned(text: str) -> str:
    """A key as somebody typed it, without spaces around it; raises BadKey."""
    key = text.strip()
    if not key or len(key) > MAX_KEY or not (key.isascii() and key.isprintable()):
        raise BadKey
    return key


def encrypted(key: str) -> str:
    """As ProviderState.key holds it."""
    return secrets.encrypt(settings.INSTALLATION_KEY, key)
