"""The providers that may be asked about a link: one line each. None is registered yet."""

from __future__ import annotations

from scans.engine.providers.provider import Provider

PROVIDERS: tuple[Provider, ...] = ()
