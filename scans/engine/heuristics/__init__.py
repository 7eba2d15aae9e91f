"""The heuristics: pure functions from a Link to a Finding or None. One function and one line here add another.

A heuristic's code is its function's name.

TABLE

Score: up to 3 benign, 4 to 7 suspicious, from 8 malicious.
"""

from __future__ import annotations

from collections.abc import Callable

from scans.engine.findings import Finding
from scans.engine.heuristics import address, brand, hosting, path, script, userinfo
from scans.engine.links import Link

Heuristic = Callable[[Link], Finding | None]

HEURISTICS: tuple[Heuristic, ...] = (
    address.ip_host,
    address.disguised_ip,
    address.uncommon_port,
    userinfo.userinfo_host,
    userinfo.userinfo,
    path.executable_path,
    path.apk_path,
    path.long_url,
    hosting.risky_tld,
    hosting.free_hosting,
    hosting.free_host_credentials,
    hosting.credential_words,
    hosting.generated_name,
    hosting.shortener,
    script.mixed_script,
    script.whole_script_confusable,
    script.fake_separator,
    script.hidden_characters,
    brand.brand_homoglyph,
    brand.brand_domain_embedded,
    brand.brand_lookalike,
    brand.brand_typo,
    brand.brand_named,
    brand.brand_other_ending,
)
