"""A small internet for tests: real web servers on 127.0.0.1, as many host names as a test likes, real certificates.

    with Sites.start() as sites:
        sites.page("shop.example", "/", body="<title>Shop</title>")
        sites.redirect("short.example", "/x", to="https://shop.example/")
        sites.behave("slow.example", "/", hostile.drip)
        async with sites.client() as client:          # the product's own guarded client, taught the way here
            journey = await follow(parse("https://short.example/x"), client)
        assert [seen.url for seen in sites.requests] == ["https://short.example/x", "https://shop.example/"]

Every name resolves to 127.0.0.1 but those of `nowhere` (no such name) and `at` (another address). Ports 80 and 443 of
127.0.0.1 are moved to the servers' own; at 8080 and 8443 answers the raw behaviour of `raw`, without HTTP and TLS.
`sites.directions` is plain data (to_json, from_json) with which another process gets the same client.
"""

from __future__ import annotations

from tests.sites.answers import Answer, Seen
from tests.sites.directions import Directions
from tests.sites.servers import Sites

__all__ = ["Answer", "Directions", "Seen", "Sites"]
