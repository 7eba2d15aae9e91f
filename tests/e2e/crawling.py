"""The desk as its owner walks through it with a browser: real gunicorn, every page that a link leads to."""

from __future__ import annotations

import re
import sys
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser

import ada_url
import httpx

from tests.e2e.installation import Installation, wait_for
from tests.factories import PASSWORD

PORT = 8975
BASE = f"http://127.0.0.1:{PORT}"
MAKE_OWNER = (
    f"from django.contrib.auth.models import User; User.objects.create_superuser('crawler', password={PASSWORD!r})"
)
LEFT_OUT = re.compile(r"/logout/|/static/|/password_change/|/jsi18n/")
NUMBER = re.compile(r"[0-9a-f]{16,}|\d+")
ALIKE = 3  # pages of one kind, such as the cards of single rows


class Links(HTMLParser):
    """Where a page leads, and the values of attributes that a browser acts on."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.hrefs: list[str] = []
        self.acted_on: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if tag == "a" and name == "href":
                self.hrefs.append(value or "")
            if name in {"href", "src", "action", "style", "srcdoc"} or name.startswith(("on", "x-", "hx-", "@", ":")):
                self.acted_on.append(f"<{tag} {name}={value}>")


@contextmanager
def owner_of(installation: Installation) -> Iterator[httpx.Client]:
    """A logged-in owner before the running web server of an installation."""
    installation.manage("collectstatic", "--noinput", "--verbosity", "0")
    installation.manage("shell", "-c", MAKE_OWNER)
    gunicorn = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "wbscanner.wsgi"]
    web = installation.start("web", gunicorn, BIND=f"127.0.0.1:{PORT}", BASE_URL=BASE)
    with httpx.Client(base_url=BASE, trust_env=False, timeout=20.0, follow_redirects=True) as client:
        wait_for(lambda: _is_up(client), "the web server")
        form = client.get("/admin/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form.text)
        assert token is not None
        entered = {"username": "crawler", "password": PASSWORD, "csrfmiddlewaretoken": token[1], "next": "/admin/"}
        assert client.post("/admin/login/", data=entered, headers={"Referer": BASE}).status_code == 200
        assert "sessionid" in client.cookies
        yield client
    web.stop()


def pages_of(client: httpx.Client, most: int) -> Iterator[tuple[str, str]]:
    """Address and text of the pages that links lead to, nearest first; of pages that are alike the first few."""
    waiting, seen, kinds = deque(["/admin/"]), {"/admin/"}, Counter[str]()
    while waiting and len(seen) - len(waiting) <= most:
        address = waiting.popleft()
        page = client.get(address)
        assert page.status_code == 200, address
        if page.headers.get("Content-Disposition", "").startswith("attachment"):
            continue  # a file to keep, which no browser shows: its cells have tests of their own
        yield address, page.text
        for href in Links(page.text).hrefs:
            target = ada_url.URL(href, base=f"{BASE}{address}")
            path, kind = target.pathname, NUMBER.sub("#", target.pathname)
            is_ours = target.origin == BASE and not LEFT_OUT.search(path)
            if is_ours and path not in seen and kinds[kind] < ALIKE:
                kinds[kind] += 1
                seen.add(path)
                waiting.append(path)


def _is_up(client: httpx.Client) -> bool:
    try:
        return client.get("/healthz").status_code == 200
    except httpx.HTTPError:
        return False
