"""Query parameters that only say where a visitor came from: the one list of what is taken out of a link."""

from __future__ import annotations

import re

# Set by advertisers, newsletters and share buttons for their own statistics, in any capitalisation; no page shows
# something else for them. Everything that is not here stays, in its place: phishing pages choose their victim by it.
TRACKING_PARAMETERS = frozenset({
    "_hsenc", "_hsmi", "_openstat", "dclid", "epik", "fbclid", "gad_campaignid", "gad_source", "gbraid", "gclid",
    "gclsrc", "igsh", "igshid", "li_fat_id", "mc_cid", "mc_eid", "mibextid", "mkt_tok", "msclkid", "oly_anon_id",
    "oly_enc_id", "rdt_cid", "srsltid", "ttclid", "twclid", "vero_conv", "vero_id", "wbraid", "yclid", "ysclid",
})  # fmt: skip
TRACKING_PREFIX = "utm_"

_TRACKING = re.compile(
    rf"[?&](?:{TRACKING_PREFIX}|(?:{'|'.join(sorted(TRACKING_PARAMETERS))})(?:[=&]|\Z))", re.IGNORECASE
)


def without_tracking(href: str) -> str:
    """Drop tracking parameters from a href without fragment, and the question mark when nothing is left behind it.

    A path that holds a whole URL (archives, mail filters) owns the query: it is that URL's, and taking something out
    may break how the two were put together.
    """
    head, mark, query = href.partition("?")
    if not query or _TRACKING.search(href, len(head)) is None or ":/" in head[len("https://") :]:
        return href
    rest = "&".join(parameter for parameter in query.split("&") if not _is_tracking(parameter))
    return f"{head}{mark}{rest}" if rest else head


def _is_tracking(parameter: str) -> bool:
    name = parameter.partition("=")[0].lower()
    return name.startswith(TRACKING_PREFIX) or name in TRACKING_PARAMETERS
