"""Where a host name stops being a registry's and starts being somebody's: the Public Suffix List, strictly offline."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import ada_url
import tldextract

# Hosts remembered; a busy group repeats a few hundred.
CACHED_HOSTS = 8192

# The list that is shipped inside the package: no fetching, no cache folder, private suffixes (github.io) included.
_EXTRACT = tldextract.TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True)


@dataclass(frozen=True, slots=True)
class HostParts:
    """A host name cut at its public suffix; suffix is empty for an unlisted top-level domain."""

    subdomain: str
    domain: str
    suffix: str
    is_private: bool
    """The suffix belongs to a company that gives names away (github.io), not to a registry."""

    @property
    def registrable_domain(self) -> str:
        """The name somebody registered: `a.co.uk`, `a.github.io`; of a bare suffix the suffix; unlisted: two labels."""
        if self.suffix:
            return f"{self.domain}.{self.suffix}" if self.domain else self.suffix
        last_of_subdomain = self.subdomain.rpartition(".")[2]
        return f"{last_of_subdomain}.{self.domain}" if last_of_subdomain else self.domain


@lru_cache(maxsize=CACHED_HOSTS)
def split(host: str) -> HostParts:
    """Cut a lower-case host name (never an IP address), in ASCII or Unicode form."""
    found = _EXTRACT.extract_str(host)
    return HostParts(found.subdomain, found.domain, found.suffix, found.is_private)


def _top_level_domains() -> frozenset[str]:
    """Every last label of the list, in Unicode and in ASCII form."""
    written = {suffix.rpartition(".")[2] for suffix in SUFFIXES}
    return frozenset(written | {ada_url.idna_to_ascii(label).decode() for label in written if not label.isascii()})


# The list as it is written, wildcards and exceptions included.
SUFFIXES = frozenset(_EXTRACT.tlds)
TOP_LEVEL_DOMAINS = _top_level_domains()


def is_suffix(name: str) -> bool:
    """Whether a lower-case name stands in the list literally, so that `com.py` does and `main.py` does not."""
    return name in SUFFIXES


def is_top_level_domain(label: str) -> bool:
    """Whether a label, as a person wrote it, is a top-level domain that exists."""
    return label.lower() in TOP_LEVEL_DOMAINS
