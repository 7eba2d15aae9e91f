"""Links as people post them in groups, honest and not, drawn with a seeded generator: one method a kind of link."""

from __future__ import annotations

import random
import re
import string
import tomllib
from pathlib import Path
from typing import TypeVar

DATA = tomllib.loads((Path(__file__).parent / "messages.toml").read_text(encoding="utf-8"))


def _repeated(weighted: str) -> list[str]:
    """`com:2 org:1` as com, com, org."""
    pairs = (entry.split(":") for entry in weighted.split())
    return [ending for ending, times in pairs for _ in range(int(times))]


NAMES: list[str] = DATA["names"].split()
LURES: list[str] = DATA["lures"].split()
COMMON_ENDINGS = _repeated(DATA["common_endings"])

_LETTERS = string.ascii_lowercase
_ANY = string.ascii_lowercase + string.ascii_uppercase + string.digits
_BLANK = re.compile(r"\{([a-zA-Z])(\d*)\}")
_SUBDOMAINS = ["m.", "app.", "shop.", "news.", "mail.", "my.", "portal."]
_PARAMETERS = ["id", "ref", "p", "q", "lang", "page", "s", "v"]
_FOREIGN_PATHS = ["страница", "页面", "más-información", "مقال", "ページ"]

# How often each kind of link is drawn.
WEIGHTS = {
    "known": 22, "full": 22, "track": 8, "http": 6, "www": 5, "bare": 10, "short": 9, "homo": 2.5, "idnok": 1,
    "puny": 0.8, "typo": 1.2, "ip": 1.5, "ipv6": 0.2, "port": 1, "exe": 1, "badtld": 3.5, "long": 0.8, "upper": 0.8,
    "user": 0.5, "dslash": 0.7, "unipath": 1, "paren": 0.5,
}  # fmt: skip

T = TypeVar("T")


class Links:
    """Draws links; the order of the draws is part of the result, also where only one of several is used."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.makers = {
            "known": self.known, "full": self.full, "track": self.track, "http": self.http, "www": self.www,
            "bare": self.bare, "short": self.short, "homo": self.homo, "idnok": self.idnok, "puny": self.puny,
            "typo": self.typo, "ip": self.ip, "ipv6": self.ipv6, "port": self.port, "exe": self.exe,
            "badtld": self.badtld, "long": self.long, "upper": self.upper, "user": self.user, "dslash": self.dslash,
            "unipath": self.unipath, "paren": self.paren,
        }  # fmt: skip

    def draw(self) -> tuple[str, str]:
        """The kind of a link and the link."""
        kind = self.rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        return kind, self.makers[kind]()

    def pick(self, values: list[T]) -> T:
        return self.rng.choice(values)

    def one_of(self, words: str) -> str:
        choices: list[str] = DATA[words].split()
        return self.pick(choices)

    def name(self) -> str:
        return self.pick(NAMES)

    def lure(self) -> str:
        return self.pick(LURES)

    def run(self, characters: str, length: int) -> str:
        return "".join(self.rng.choice(characters) for _ in range(length))

    def digits(self, length: int) -> str:
        return self.run(string.digits, length)

    def fill(self, template: str) -> str:
        """Each `{r11}` becomes 11 random letters and digits, and so on."""
        return _BLANK.sub(lambda blank: self._filling(blank[1], blank[2]), template)

    def _filling(self, kind: str, length: str) -> str:
        match kind:
            case "w":
                return self.name() + self.pick(["", self.digits(2)])
            case "W":
                return f"{self.name().capitalize()}_{self.name()}"
            case "n":
                return f"{self.pick(['', '-'])}{self.rng.randint(1, 89)}.{self.digits(5)}"
            case "U":
                return self.run(_ANY, int(length)).upper()
        return self.run({"r": _ANY, "l": _LETTERS, "d": string.digits}[kind], int(length))

    def host(self, *, bad: bool = False) -> str:
        name = self.name() + self.pick(["", "-", ""]) + self.name()
        if self.rng.random() < 0.15:
            name += self.digits(self.rng.randint(1, 3))
        subdomain = self.pick(_SUBDOMAINS) if self.rng.random() < 0.15 else ""
        return f"{subdomain}{name}.{self.one_of('bad_endings') if bad else self.pick(COMMON_ENDINGS)}"

    def path(self) -> str:
        segments = self.rng.choices([0, 1, 2, 3, 4], [15, 30, 30, 17, 8])[0]
        path = "".join(f"/{self._segment()}" for _ in range(segments))
        if segments and self.rng.random() < 0.15:
            path += self.pick([".html", ".php", "/"])
        tail = ""
        if self.rng.random() < 0.25:
            tail = "?" + "&".join(self._parameter() for _ in range(self.rng.randint(1, 3)))
        if self.rng.random() < 0.06:
            tail += f"#{self.name()}"
        return (path or self.pick(["", "/"])) + tail

    def _segment(self) -> str:
        glued = (self.name(), f"{self.name()}-{self.name()}")
        return self.pick([*glued, self.digits(6), self.lure(), self.run(_LETTERS, 8)])

    def _parameter(self) -> str:
        name = self.pick(_PARAMETERS)
        values = [self.digits(5), self.run(_LETTERS, 6), self.run(_ANY, 10), "a%20b", "caf%C3%A9"]
        return f"{name}={self.pick(values)}"

    def known(self) -> str:
        return self.pick(["https://"] * 9 + ["http://"]) + self.fill(self.one_of("known"))

    def full(self) -> str:
        return f"https://{self.host()}{self.path()}"

    def track(self) -> str:
        start = f"https://{self.host()}/{self.name()}?id={self.digits(4)}"
        drawn = self.rng.sample(DATA["tracking"].split(), self.rng.randint(1, 4))
        return "&".join([start, *map(self.fill, drawn)])

    def http(self) -> str:
        return f"http://{self.host()}{self.path()}"

    def www(self) -> str:
        return f"www.{self.host()}{self.path()}"

    def bare(self) -> str:
        return self.host() + self.pick(["", "", f"/{self.name()}", f"/{self.name()}/{self.digits(4)}"])

    def short(self) -> str:
        start = self.pick(["https://", "https://", "http://", ""]) + self.one_of("shorteners")
        return f"{start}/{self.run(_ANY, self.rng.randint(5, 8))}"

    def homo(self) -> str:
        start = self.pick(["https://", "http://", "https://www."]) + self.one_of("homoglyphs")
        return start + self.pick(["", f"/{self.lure()}", f"/{self.lure()}?id={self.digits(6)}"])

    def idnok(self) -> str:
        return f"https://{self.one_of('international')}{self.pick(['', f'/{self.name()}'])}"

    def puny(self) -> str:
        return f"https://{self.one_of('punycode')}{self.pick(['/', f'/{self.lure()}'])}"

    def typo(self) -> str:
        return f"https://{self.pick(['', 'www.', 'secure.'])}{self.one_of('typos')}/{self.lure()}"

    def ip(self) -> str:
        anywhere = ".".join(str(self.rng.randint(1, 254)) for _ in range(4))
        at_home = f"192.168.{self.rng.randint(0, 5)}.{self.rng.randint(1, 254)}"
        in_office = f"10.0.0.{self.rng.randint(1, 254)}"
        host = self.pick([anywhere, at_home, in_office, "169.254.169.254"])
        return f"http://{host}{self.pick(['', f':{self.pick([8080, 8888, 81, 4443])}'])}/{self.lure()}"

    def ipv6(self) -> str:
        return f"http://{self.pick(['[::1]', '[2001:db8::1]', '[fe80::1]'])}/{self.lure()}"

    def port(self) -> str:
        return f"https://{self.host()}:{self.pick([443, 8443, 8080, 2083, 8888, 4433, 10443])}/{self.name()}"

    def exe(self) -> str:
        folder = f"https://{self.host()}/{self.pick(['download', 'files', 'app'])}"
        return f"{folder}/{self.name()}.{self.one_of('programs')}"

    def badtld(self) -> str:
        return f"https://{self.host(bad=True)}{self.path()}"

    def long(self) -> str:
        return f"https://{self.host()}/{self.lure()}?token={self.run(_ANY, self.rng.randint(180, 400))}"

    def upper(self) -> str:
        return f"{self.pick(['HTTPS://', 'Https://', 'HTTP://'])}{self.host().upper()}/{self.name().capitalize()}"

    def user(self) -> str:
        claimed = self.pick(["www.paypal.com", "accounts.google.com", "admin:pw"])
        return f"https://{claimed}@{self.host()}/{self.lure()}"

    def dslash(self) -> str:
        return f"https://{self.host()}//{self.name()}///{self.name()}"

    def unipath(self) -> str:
        return f"https://{self.host()}/{self.pick(_FOREIGN_PATHS)}"

    def paren(self) -> str:
        return f"https://en.wikipedia.org/wiki/{self.name().capitalize()}_({self.name()})"
