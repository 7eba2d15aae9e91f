"""What the environment says, read once and typed. docs/configuration.md lists every name. Imports no Django."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from environs import Env, EnvValidationError, validate

ROOT = Path(__file__).resolve().parent.parent

LONGEST_SECONDS = 100 * 365 * 24 * 3600.0  # beyond it no date can be reckoned

_env = Env()
if (ROOT / ".env").is_file():
    _env.read_env(str(ROOT / ".env"), recurse=False)


def text(name: str, default: str) -> str:
    """The variable as written, or the default when it is unset or empty."""
    return _env.str(name, "") or default


def parts(name: str, default: str) -> list[str]:
    """What stands between commas."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def secret(name: str) -> str | None:
    """A secret from NAME or from the file that NAME_FILE points to; None when neither is set.

    Raises OSError when the file cannot be read: a secret that was meant to be there must not be replaced silently.
    """
    if value := _env.str(name, ""):
        return value
    if path := _env.str(f"{name}_FILE", ""):
        return Path(path).read_text(encoding="utf-8").strip()
    return None


def number(name: str, default: int, *, least: int = 0) -> int:
    """A whole number; ends the program with a sentence when it is something else or less than `least`."""
    if not is_set(name):
        return default
    with _said_plainly(name, f"a whole number of {least} or more"):
        return _env.int(name, validate=validate.Range(min=least))


def seconds(name: str, default: float) -> float:
    """A length of time in seconds, fractions allowed; ends the program with a sentence when it is none."""
    if not is_set(name):
        return default
    with _said_plainly(name, "a number of seconds"):
        return _env.float(name, validate=validate.Range(min=0, max=LONGEST_SECONDS))


@contextmanager
def _said_plainly(name: str, wanted: str) -> Iterator[None]:
    """Nothing can start on a setting that makes no sense, and a traceback tells nobody which one it was."""
    try:
        yield
    except EnvValidationError as error:
        written = os.environ[name]
        raise SystemExit(f"{name} is {written!r}: give {wanted}. docs/configuration.md explains it.") from error


def path(name: str, default: Path) -> Path:
    """A folder or file; relative ones are taken from the project's own folder."""
    return (ROOT / text(name, str(default))).resolve()


def is_set(name: str) -> bool:
    return bool(os.environ.get(name))
