"""What a journey says about a link: findings about the way and the page at its end, and what could not be seen.

| code | points | why |
|---|---|---|
| page_brand | 8, 6, 4 or 3 with a field for a password or card | its title is the name and words of a login; words |
| | 4 for the first with another field, 2 without | that scams use; the name is its logo; a part of its title |
| | half for ordinary words (Chase, ING) | others have the same name |
| asks_password | 0; 1 on a number or a free host | every forum does; said to moderators |
| asks_card | 0; 2 on a number or a free host | every shop does |
| app_delivered | 4; 2 when the address says so itself (apk_path) | an Android app past the app store |
| app_offered | 3 | the page links to one |
| program_delivered | 2; 1 when the address says so itself (executable_path) | programs are rarely shared by link |
| program_offered | 0 | most download pages are honest |
| bad_certificate | 2 | small honest servers let theirs expire |
| led_to_number | 2 | a name that sends to a bare number; the number counts by itself as well |
| led_to_blocked | 2 | a public address has no reason to send visitors into their own network |
| leaves_the_web | 1; 2 for javascript, data and the like | a link that opens another program |
| payment, app_store, other_app, … | 0 | which kind of program that is, said to moderators |
| many_hops | 1 from 6 on | advertising chains have three or four |
| shortener_not_opened | 1 | it hides where it leads, and it could not be asked |
| ended_elsewhere | 0 | said to moderators |
| cloaking | 4 | phones are sent to another site than a scanner |

Apps and programs on a domain of a known brand have no points. Of several pages on the way the worst counts. Links that
are not opened on purpose are no failure; everything that could not be opened is, and so is a page that is longer than
what is read of one or that its server did not show to us, except on a domain of a known brand: those show their pages
to no program. No failure is ever innocence.
"""

from __future__ import annotations

from collections.abc import Iterable

from scans.engine.findings import Finding, NotChecked, NotCheckedReason
from scans.engine.heuristics.hosting import is_shortener
from scans.engine.heuristics.path import apk_path, executable_path
from scans.engine.journeys import How, Journey, Page, Shown, Stop
from scans.engine.kinds.link_classes import scheme_class
from scans.engine.links import Link
from scans.engine.names import brands, suffixes
from scans.engine.pages.landing import APP_ENDINGS

REDIRECTS = "redirects"
PAGE = "page"
MANY_HOPS = 6

# Why nothing was seen of the last address; those that are missing were seen, or ended where no web page is.
_GAPS = {
    Stop.LOOK_ONLY: NotCheckedReason.LOOK_ONLY,
    Stop.NOT_WEB: NotCheckedReason.NOT_FOLLOWED,
    Stop.BLOCKED: NotCheckedReason.BLOCKED,
    Stop.UNREACHABLE: NotCheckedReason.FAILED,
    Stop.BAD_CERTIFICATE: NotCheckedReason.FAILED,
    Stop.TIMED_OUT: NotCheckedReason.FAILED,
    Stop.TOO_MANY_HOPS: NotCheckedReason.FAILED,
    Stop.LOOP: NotCheckedReason.FAILED,
    Stop.INVALID: NotCheckedReason.FAILED,
}
# Browsers refuse to be sent there, so it is no way to any program.
_REFUSED_SCHEMES = frozenset({"about", "blob", "data", "file", "filesystem", "javascript", "vbscript"})

# Answers that are about who asks, not about the page: log in, no programs, too often, not in this country.
_WITHHOLDING = frozenset({401, 403, 405, 406, 407, 408, 421, 425, 429, 451})
_SERVER_ERRORS = 500

# By how the name is shown: with a field for a password or card, with another field, with none.
_BRAND_POINTS = {Shown.NAME: (8, 4, 2), Shown.TITLE: (6, 0, 0), Shown.LOGO: (4, 0, 0), Shown.PART: (3, 0, 0)}


def look_at(journey: Journey) -> tuple[list[Finding], list[NotChecked]]:
    """The findings of a journey, each code once, and the gap when its end was not seen."""
    pages = [*journey.passed, *([journey.page] if journey.page else [])]
    found = [finding for page in pages for finding in _of_page(page, journey.final)]
    found += [finding for finding in (look(journey) for look in _WAY) if finding is not None]
    reason = NotCheckedReason.FAILED if _leads_where_no_browser_goes(journey) else _GAPS.get(journey.stopped_because)
    gaps = [NotChecked(REDIRECTS, reason)] if reason else []
    if any(map(_hides, pages)):
        gaps.append(NotChecked(PAGE, NotCheckedReason.FAILED))
    if _is_withheld(journey):
        gaps.append(NotChecked(PAGE, NotCheckedReason.REFUSED))
    return _worst_of_each(found), gaps


def _is_withheld(journey: Journey) -> bool:
    """Whether the last server showed us something else than its visitors see; known sites do so to all programs."""
    status = journey.hops[-1].status
    if journey.stopped_because is not Stop.ARRIVED or status is None or brands.owner(journey.final.registrable_domain):
        return False
    return status in _WITHHOLDING or status >= _SERVER_ERRORS


def _leads_where_no_browser_goes(journey: Journey) -> bool:
    """Whether the way ends where no browser goes: whoever was meant to see something was sent elsewhere."""
    return journey.stopped_because is Stop.NOT_WEB and journey.detail in _REFUSED_SCHEMES


def _hides(page: Page) -> bool:
    """Whether anything may stand behind what was read: long pages of known sites are their own."""
    return page.is_cut and not brands.owner(suffixes.split(page.host).registrable_domain)


def _worst_of_each(found: Iterable[Finding]) -> list[Finding]:
    worst: dict[str, Finding] = {}
    for finding in found:
        if finding.code not in worst or finding.points > worst[finding.code].points:
            worst[finding.code] = finding
    return list(worst.values())


def _of_page(page: Page, final: Link) -> list[Finding]:
    looks = (_page_brand(page), _asks_password(page), _asks_card(page), _offer(page, final))
    return [finding for finding in looks if finding is not None]


def _page_brand(page: Page) -> Finding | None:
    if page.shown is None:
        return None
    secret, other, none = _BRAND_POINTS[page.shown]
    points = secret if page.asks_password or page.asks_card else other if page.has_field else none
    points = points // 2 if page.is_common_brand else points
    return Finding.of("page_brand", points, brand=page.brand, host=page.host) if points else None


def _asks_password(page: Page) -> Finding | None:
    points = 1 if _is_weak(page.host) else 0
    return Finding.of("asks_password", points, host=page.host) if page.asks_password else None


def _asks_card(page: Page) -> Finding | None:
    points = 2 if _is_weak(page.host) else 0
    return Finding.of("asks_card", points, host=page.host) if page.asks_card else None


def _offer(page: Page, final: Link) -> Finding | None:
    if not page.offers:
        return None
    is_app = page.offers in APP_ENDINGS
    code = ("app" if is_app else "program") + ("_delivered" if page.is_download else "_offered")
    if brands.owner(suffixes.split(page.host).registrable_domain):
        points = 0
    elif not page.is_download:
        points = 3 if is_app else 0
    else:
        says_so = apk_path(final) or executable_path(final)
        points = (4 if is_app else 2) // (2 if says_so else 1)
    return Finding.of(code, points, extension=page.offers, host=page.host)


def _is_weak(host: str) -> bool:
    """Whether nobody answers for the host: a bare number, or one that anybody may have for nothing."""
    return ":" in host or host.replace(".", "").isdigit() or suffixes.split(host).is_private


def _bad_certificate(journey: Journey) -> Finding | None:
    if journey.stopped_because is not Stop.BAD_CERTIFICATE:
        return None
    return Finding.of("bad_certificate", 2, host=journey.final.host)


def _led_to_number(journey: Journey) -> Finding | None:
    if not journey.final.is_ip or journey.hops[0].link.is_ip:
        return None
    return Finding.of("led_to_number", 2, host=journey.final.host)


def _led_to_blocked(journey: Journey) -> Finding | None:
    if journey.stopped_because is not Stop.BLOCKED or not _was_sent_on(journey):
        return None
    return Finding.of("led_to_blocked", 2, host=journey.final.host)


def _leaves_the_web(journey: Journey) -> Finding | None:
    if journey.stopped_because is not Stop.NOT_WEB:
        return None
    return Finding.of("leaves_the_web", 2 if _leads_where_no_browser_goes(journey) else 1, scheme=journey.detail)


def _what_it_opens(journey: Journey) -> Finding | None:
    kind = scheme_class(f"{journey.detail}:") if journey.stopped_because is Stop.NOT_WEB else None
    return Finding.of(kind.value, 0, host=journey.final.host) if kind is not None else None


def _many_hops(journey: Journey) -> Finding | None:
    count = sum(hop.how not in (How.POSTED, How.WRAPPED) for hop in journey.hops)
    return Finding.of("many_hops", 1, count=count) if count >= MANY_HOPS else None


def _shortener_not_opened(journey: Journey) -> Finding | None:
    failed = _GAPS.get(journey.stopped_because) in (NotCheckedReason.FAILED, NotCheckedReason.BLOCKED)
    if not failed or not is_shortener(journey.final.host):
        return None
    return Finding.of("shortener_not_opened", 1, host=journey.final.host)


def _ended_elsewhere(journey: Journey) -> Finding | None:
    if journey.final.registrable_domain == journey.hops[0].link.registrable_domain:
        return None
    return Finding.of("ended_elsewhere", 0, host=journey.final.host)


def _was_sent_on(journey: Journey) -> bool:
    return any(hop.status is not None for hop in journey.hops)


_WAY = (
    _bad_certificate,
    _led_to_number,
    _led_to_blocked,
    _leaves_the_web,
    _what_it_opens,
    _many_hops,
    _shortener_not_opened,
    _ended_elsewhere,
)
