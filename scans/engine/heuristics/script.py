"""Letters that are not what they seem: mixed alphabets, forged Latin words, separators that are none."""

from __future__ import annotations

import re
from functools import lru_cache

from scans.engine.findings import Finding
from scans.engine.heuristics.host import Host
from scans.engine.names import suffixes
from scans.engine.names.confusables import imitates_latin, mixes_scripts, to_unicode
from scans.engine.names.host_lists import OWN_ALPHABET_TLDS

# Letters and strokes that pass for a slash or a dash between Latin letters (Chromium blocks them there).
_SEPARATOR_TWINS = re.compile("[a-z0-9][ノンソゾ丶乀乁丿ー一〳]+(?=[a-z0-9])")


@lru_cache(maxsize=4096)
def _labels(host: str) -> tuple[str, ...]:
    return tuple(label for label in to_unicode(host).split(".") if not label.isascii())


def mixed_script(link: Host) -> Finding | None:
    """One word of the host mixes alphabets that nobody mixes, such as Latin with Cyrillic."""
    if "xn--" not in link.host or not any(mixes_scripts(label) for label in _labels(link.host)):
        return None
    return Finding.of("mixed_script", 5, host=link.host)


def whole_script_confusable(link: Host) -> Finding | None:
    """A Latin-looking word written wholly in another alphabet, outside the countries that use that alphabet."""
    if "xn--" not in link.host:
        return None
    ending = suffixes.split(link.host).suffix.rpartition(".")[2]
    if ending in OWN_ALPHABET_TLDS or ending.startswith("xn--"):
        return None
    if not any(imitates_latin(label) for label in _labels(link.host)):
        return None
    return Finding.of("whole_script_confusable", 4, host=link.host)


def fake_separator(link: Host) -> Finding | None:
    """A letter that looks like a slash or a dash makes the first part of the host look like the whole of it."""
    if "xn--" not in link.host or not any(_SEPARATOR_TWINS.search(label) for label in _labels(link.host)):
        return None
    return Finding.of("fake_separator", 8, host=link.host)
