"""The installation's own keys: made once, kept in DATA_DIR, used for pseudonyms and for what must be readable again."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

KEY_BYTES = 48
PSEUDONYM_HEX = 32


class Unreadable(Exception):
    """A stored value was encrypted with another installation key, or damaged."""


def read_or_make(folder: Path, name: str) -> str:
    """The key kept in `folder/name`, made at the first call; the folder is 0700, the file 0600.

    Two processes that start at once agree: the file is written aside, then linked into place, and the first one wins.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / name
    if not target.exists():
        draft = folder / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, target)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return target.read_text(encoding="ascii").strip()


def pseudonym(key: str, identity: str) -> str:
    """A stable name for a person within one installation: 32 hex digits, not reversible without the key."""
    return hmac.new(key.encode(), f"person:{identity}".encode(), hashlib.sha256).hexdigest()[:PSEUDONYM_HEX]


@lru_cache(maxsize=4)
def _cipher(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"wbscanner:{key}".encode()).digest()))


def encrypt(key: str, plain: str) -> str:
    return _cipher(key).encrypt(plain.encode()).decode("ascii")


def decrypt(key: str, token: str) -> str:
    """Raises Unreadable when the key is another one or the value was changed."""
    try:
        return _cipher(key).decrypt(token.encode("ascii")).decode()
    except (InvalidToken, UnicodeEncodeError) as error:
        raise Unreadable("encrypted with another installation key") from error
