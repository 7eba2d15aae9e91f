"""What the environment says, read once and typed. docs/configuration.md lists every name. Imports no Django."""

from __future__ import annotations

import os
from pathlib import Path

from environs import Env

ROOT = Path(__file__).resolve().parent.parent

_env = Env()
if (ROOT / ".env").is_file():
    _env.read_env(str(ROOT / ".env"), recurse=False)


def text(name: str, default: str) -> str:
    """The variable as written, or the default when it is unset or empty."""
    return _env.str(name, "") or default


def secret(name: str) -> str | None:
    """A secret from NAME or from the file that NAME_FILE points to; None when neither is set.

    Raises OSError when the file cannot be read: a secret that was meant to be there must not be replaced silently.
    """
    if value := _env.str(name, ""):
        return value
    if path := _env.str(f"{name}_FILE", ""):
        return Path(path).read_text(encoding="utf-8").strip()
    return None


def number(name: str, default: int) -> int:
    """A whole number; environs raises EnvValidationError with the name when it is something else."""
    return _env.int(name) if is_set(name) else default


def seconds(name: str, default: float) -> float:
    """A length of time in seconds, fractions allowed."""
    return _env.float(name) if is_set(name) else default


def path(name: str, default: Path) -> Path:
    """A folder or file; relative ones are taken from the project's own folder."""
    return (ROOT / text(name, str(default))).resolve()


def is_set(name: str) -> bool:
    return bool(os.environ.get(name))
