"""A protected name that a page shows as its own although the host is not its owner's.

Many honest pages name others: news, forums, shops with a row of payment marks, log-ins by Google. So a name counts
where a page says who it is (title, site name, first pictures) and by what else is said beside it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from scans.engine.journeys import Shown
from scans.engine.links import Link
from scans.engine.names import brands, suffixes
from scans.engine.names.brands import Brand
from scans.engine.names.confusables import skeleton
from scans.engine.names.host_lists import ABOUT_OTHERS, has_risky_tld
from scans.engine.names.words import CREDENTIAL, are_words
from scans.engine.pages.markup import Markup

# Characters of a title and of a picture's text that are read, words that a name is made of at most, pictures looked at.
MAX_READ = 200
MOST_WORDS = 5
FIRST_PICTURES = 3

# Software that companies run under their own names: its title says who made it.
RUN_BY_OTHERS = frozenset({"outlook"})
# Marks that honest pages show of others: log-in buttons, ways to pay, ways to share.
SHOWN_BY_OTHERS = frozenset({
    "adobe", "airbnb", "amazon", "americanexpress", "apple", "appleid", "booking", "discord", "dropbox", "ebay",
    "facebook", "google", "icloud", "instagram", "linkedin", "mastercard", "meta", "metamask", "microsoft", "mpesa",
    "openai", "outlook", "paypal", "paytm", "phonepe", "signal", "spotify", "steam", "telegram", "tiktok",
    "twitter", "visa", "whatsapp", "youtube",
})  # fmt: skip
# Sites that run the log-ins and help desks of others under the others' names.
SIGN_IN_PLATFORMS = frozenset({
    "auth0.com", "freshdesk.com", "jumpcloud.com", "okta.com", "okta-emea.com", "oktapreview.com", "onelogin.com",
    "zendesk.com",
})  # fmt: skip

# Words around the name on the pages where one logs in, in the languages of the groups, besides those of addresses.
_LOGIN = """
a acceder accedi access acesse an ao app auf bank banking bei bem bienvenido bienvenue com community compte
connecter connectez create daftar dans de dein deine di do em en entra entrar entre forgot giris giriş go home
identificarse identifiez if ihr ihre in ingresa ingresar ingreso iniciar inicie inicio into kullanici la le learn
log manage masuk me mein meine mi minha moje mon more my mój na new of official oficial on online or page para
personal register registrarse registrieren results se seguimiento sesion sesión sich sign site su sua suas sur tela
the to trace tu un up us uw view vind votre vous w web website welcome willkommen with yap you your zu zum в войти
вход кабинет личный ログイン 登入 登录
"""
LOGIN_WORDS = CREDENTIAL | frozenset(_LOGIN.split())

_PARTS = re.compile(r"[|•·»«:–—~]+|\s[-/]\s")
_WORDS = re.compile(r"[^\W_]+")
_LOGO_WORDS = frozenset({"logo", "logotype", "icon", "brand", "home"})


@dataclass(frozen=True, slots=True)
class BrandShown:
    """Whose name a page shows, and how."""

    brand: Brand
    how: Shown


def brand_shown(page: Markup, link: Link) -> BrandShown | None:
    """The protected name that a page shows as its own at a link that is not its owner's; None for most pages."""
    if _speaks_of_others(link):
        return None
    found = _in_title(page.title) or _in_title(page.site_name) or _in_pictures(page.pictures)
    if found is None or found.brand.key in RUN_BY_OTHERS or _may_be_theirs(found.brand, link):
        return None
    return found


def _speaks_of_others(link: Link) -> bool:
    domain = link.registrable_domain
    return domain in ABOUT_OTHERS or domain in SIGN_IN_PLATFORMS or suffixes.split(link.host).suffix in ABOUT_OTHERS


def _may_be_theirs(brand: Brand, link: Link) -> bool:
    """Whether the host is a known brand's, of this or another name, or has the very name under an ordinary ending."""
    if link.is_ip:
        return False
    if brands.owner(link.registrable_domain) or brands.is_never_imitation(link.host, link.registrable_domain):
        return True
    own = link.registrable_domain.partition(".")[0]
    return own in brand.names and not has_risky_tld(link.host) and not suffixes.split(link.host).is_private


def _in_title(title: str) -> BrandShown | None:
    parts = [words for words in map(_words, _PARTS.split(_plain(title))) if words]
    for part in parts:
        named = _named(part)
        if named is None:
            continue
        brand, rest = named
        others = [word for other in parts if other is not part for word in other if _name_of([word]) is not brand]
        if all(word in LOGIN_WORDS for word in (*rest, *others)):
            return BrandShown(brand, Shown.NAME)
        if all(_says_nothing(word) for word in rest):
            says_more = not all(_says_nothing(word) for word in others)
            return BrandShown(brand, Shown.PART if says_more else Shown.TITLE)
    return None


def _in_pictures(texts: tuple[str, ...]) -> BrandShown | None:
    for text in texts[:FIRST_PICTURES]:
        named = _named(_words(_plain(text)))
        if named is not None and named[0].key not in SHOWN_BY_OTHERS and all(word in _LOGO_WORDS for word in named[1]):
            return BrandShown(named[0], Shown.LOGO)
    return None


def _plain(text: str) -> str:
    """Compatibility forms resolved, invisible characters gone."""
    plain = unicodedata.normalize("NFKC", text[:MAX_READ])
    return "".join(char for char in plain if unicodedata.category(char) != "Cf")


def _words(text: str) -> list[str]:
    return _WORDS.findall(text.casefold())


def _named(words: list[str]) -> tuple[Brand, list[str]] | None:
    """The first protected name among words, the longest of those that start there, and the words around it."""
    for start in range(len(words)):
        for end in range(min(len(words), start + MOST_WORDS), start, -1):
            brand = _name_of(words[start:end])
            if brand is not None:
                return brand, words[:start] + words[end:]
    return None


def _name_of(words: list[str]) -> Brand | None:
    """Whose name the words are, in whatever letters that look like it."""
    return _BY_SHAPE.get(skeleton("".join(words)))


def _says_nothing(word: str) -> bool:
    return word in LOGIN_WORDS or are_words(skeleton(word))


def _shapes() -> dict[str, Brand]:
    shapes = {shape: brand for shape, (_, brand) in brands.BY_SKELETON.items()}
    for brand in brands.BRANDS:
        shapes.setdefault(skeleton("".join(_words(_plain(brand.title)))), brand)
    return shapes


_BY_SHAPE = _shapes()
