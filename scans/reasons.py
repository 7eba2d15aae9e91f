"""One plain sentence for every finding and every gap, for moderators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import get_language_bidi, gettext, gettext_noop, ngettext

from scans.asking import gaps as provider_gaps
from scans.engine.defang import defang_host, defang_text
from scans.engine.findings import Finding, NotChecked, NotCheckedReason

ISOLATE, ISOLATE_END = "\u2066", "\u2069"
# Parameters that are host names and are shown in both forms when they are international.
_HOSTS = frozenset({"host", "claimed", "domain"})
# Start with a dot that belongs to them: ".apk".
_EXTENSIONS = frozenset({"extension"})

SENTENCES: Mapping[str, str] = {
    "ip_host": gettext_noop("The address is a bare number (%(host)s) instead of a name."),
    "disguised_ip": gettext_noop("The number of the address (%(host)s) was written in a form that hides it."),
    "uncommon_port": gettext_noop("The address uses an unusual door of the server (port %(port)s)."),
    "userinfo_host": gettext_noop("The link pretends to go to %(claimed)s, but it goes to %(host)s."),
    "userinfo": gettext_noop("The link carries a user name, which can hide that it goes to %(host)s."),
    "executable_path": gettext_noop("The link downloads a program (%(extension)s)."),
    "apk_path": gettext_noop("The link downloads an Android app (%(extension)s) past the app store."),
    "long_url": gettext_noop("The link is very long (%(length)s characters), too long to check by eye."),
    "risky_tld": gettext_noop("The ending of the address (%(tld)s) is one that scams often use."),
    "free_hosting": gettext_noop("The page is on a free host (%(host)s), where anyone may put one up."),
    "free_host_credentials": gettext_noop("A page on a free host (%(host)s) may be asking for a login or a payment."),
    "credential_words": gettext_noop("The name of the address (%(host)s) is put together from words that scams use."),
    "generated_name": gettext_noop("The name of the address (%(host)s) looks made up by a machine."),
    "shortener": gettext_noop("The link is shortened (%(host)s) and does not show where it leads."),
    "mixed_script": gettext_noop("The address mixes letters of different alphabets: %(host)s."),
    "whole_script_confusable": gettext_noop("The address is in foreign letters that look like Latin ones: %(host)s."),
    "fake_separator": gettext_noop("A letter in the address looks like a slash or a dash: %(host)s."),
    "defanged_scheme": gettext_noop("The link was written so that nobody can tap it: %(host)s."),
    "defanged_dot": gettext_noop("The dots of the address were written so that nobody can tap it: %(host)s."),
    "spaced_host": gettext_noop("The address was written with spaces in it: %(host)s."),
    "disguised_letters": gettext_noop("The address was written in letters of another style: %(host)s."),
    "dot_twins": gettext_noop("The address was written with dots that are no ordinary ones: %(host)s."),
    "bare_number": gettext_noop("Four bare numbers (%(host)s) may also be a version of something."),
    "hidden_characters": gettext_noop("Invisible characters were hidden in the address %(host)s."),
    "bidi_control": gettext_noop("Hidden characters turn the writing of the address %(host)s around."),
    "preview_mismatch": gettext_noop("The text shows %(claimed)s, but the preview belongs to %(host)s."),
    "overlong": gettext_noop("The link is too long to be read whole (%(length)s characters or more)."),
    "brand_homoglyph": gettext_noop("The address may pass itself off as %(brand)s with foreign letters: %(host)s."),
    "brand_domain_embedded": gettext_noop("The address puts “%(seen)s” (%(brand)s) in front, but it goes to %(host)s."),
    "brand_lookalike": gettext_noop("“%(seen)s” in the address may be taken for %(brand)s."),
    "brand_typo": gettext_noop("“%(seen)s” in the address is one letter away from %(brand)s."),
    "brand_named": gettext_noop("The address uses the name of %(brand)s but is not known to be theirs: %(host)s."),
    "brand_other_ending": gettext_noop("%(host)s has the name of %(brand)s but an ending they are not known to use."),
    "too_many_links": gettext_noop("The message holds more links than the %(limit)s that are judged."),
    "too_much_text": gettext_noop("The message is longer than the %(limit)s characters that are read."),
    "newcomer": gettext_noop("It is the first link of somebody who joined this group lately."),
    "writing_not_checked": gettext_noop("How the link was written was not checked (%(source)s)."),
    "page_brand": gettext_noop("The page shows the name of %(brand)s but is not known to be theirs: %(host)s."),
    "asks_password": gettext_noop("The page on %(host)s asks for a password."),
    "asks_card": gettext_noop("The page on %(host)s asks for a payment card."),
    "app_delivered": gettext_noop("Opening the link downloads an Android app (%(extension)s) past the app store."),
    "app_offered": gettext_noop("The page on %(host)s offers an Android app (%(extension)s) past the app store."),
    "program_delivered": gettext_noop("Opening the link downloads a program (%(extension)s)."),
    "program_offered": gettext_noop("The page on %(host)s offers a program (%(extension)s)."),
    "bad_certificate": gettext_noop("%(host)s cannot prove that it is who it says (its certificate is not valid)."),
    "led_to_number": gettext_noop("The link leads to a bare number (%(host)s) instead of a name."),
    "led_to_blocked": gettext_noop("The link sends visitors to an address that is no public web site: %(host)s."),
    "leaves_the_web": gettext_noop("The link opens something else than a web page (%(scheme)s)."),
    "many_hops": gettext_noop("The link is sent on %(count)s times."),
    "shortener_not_opened": gettext_noop("The link is shortened (%(host)s), and where it leads could not be seen."),
    "ended_elsewhere": gettext_noop("The link leads to another site: %(host)s."),
    "cloaking": gettext_noop("The link leads phones to %(domain)s and others to %(host)s."),
    "group_invite": gettext_noop("The link invites to a WhatsApp group; it is not opened."),
    "channel_invite": gettext_noop("The link leads to a WhatsApp channel; it is not opened."),
    "chat_start": gettext_noop("The link begins a chat with somebody; it is not opened."),
    "chat_start_number": gettext_noop("The link begins a chat with the number %(number)s."),
    "chat_start_text": gettext_noop("The link begins a chat with the number %(number)s and writes: “%(text)s”."),
    "telegram_invite": gettext_noop("The link leads to Telegram; it is not opened."),
    "invite": gettext_noop("The link is an invitation; it is not opened, because that may use it up."),
    "payment": gettext_noop("The link asks for a payment; it is not opened."),
    "app_store": gettext_noop("The link leads to an app store; it is not opened."),
    "other_app": gettext_noop("The link starts another app instead of a page; it is not opened."),
    "one_time": gettext_noop("The link seems to work only once or for one person; it is not opened."),
    "login": gettext_noop("The link seems to log somebody in; it is not opened."),
    "signed": gettext_noop("The link carries a signature for one file; it is not opened."),
    "meeting": gettext_noop("The link leads to a call or meeting; it is not opened."),
    "shared": gettext_noop("The link shares a file and carries its key; it is not opened."),
    "safe_browsing": gettext_noop("Google warns that this link may be dangerous. Advisory provided by Google."),
    "web_risk": gettext_noop("Google Web Risk: this link may be dangerous. Advisory provided by Google."),
    "urlhaus": gettext_noop("Malware was spread from %(host)s (URLhaus)."),
    "threatfox": gettext_noop("%(host)s belongs to malware (ThreatFox: %(malware)s)."),
    "virustotal": gettext_noop("%(count)s trusted virus scanners at VirusTotal warn of this link."),
    "phishtank": gettext_noop("People have checked this link: it is phishing (PhishTank)."),
    "provider_warns": gettext_noop("%(provider)s warns of %(host)s."),
    "urlscan": gettext_noop("A page of %(host)s was opened by urlscan and taken for dangerous."),
    "new_certificate": gettext_noop("%(domain)s is hardly known yet: its certificate is %(days)s days old."),
    "domain_age": gettext_noop("%(domain)s is new: it was registered %(days)s days ago."),
    "quad9_blocked": gettext_noop("Quad9's name servers block %(host)s as dangerous."),
    "cloudflare_blocked": gettext_noop("Cloudflare's name servers block %(host)s as dangerous."),
    "spamhaus_dbl": gettext_noop("Spamhaus lists the domain %(domain)s."),
    "surbl": gettext_noop("SURBL lists the domain %(domain)s."),
    "uribl": gettext_noop("URIBL lists the domain %(domain)s."),
    "dead_domain": gettext_noop("%(domain)s does not exist (any more)."),
    "long_lived_domain": gettext_noop("%(domain)s has been registered for more than %(years)s years."),
    "listed_url": gettext_noop("The list “%(list)s” names exactly this address."),
    "listed_host": gettext_noop("The list “%(list)s” names the host of the link."),
    "listed_domain": gettext_noop("The list “%(list)s” names the domain of the link."),
    "listed_neighbour": gettext_noop("The list “%(list)s” names other pages of this site."),
    "known_good": gettext_noop("The list “%(list)s” counts the site among the well-known ones."),
    "newly_registered": gettext_noop("The domain is new: on the list “%(list)s” for %(days)s days."),
    "override_deny": gettext_noop("A moderator marked this link as dangerous."),
    "override_allow": gettext_noop("A moderator marked this link as fine."),
}

_UNKNOWN_CODE = gettext_noop("Something unusual was found (%(code)s).")

GAPS: Mapping[tuple[str, str], str] = {
    ("feeds", NotCheckedReason.NONE_LOADED): gettext_noop("Lists of known bad links: not checked, none is loaded."),
    ("redirects", NotCheckedReason.NOT_FOLLOWED): gettext_noop(
        "Where the link leads: not checked, it was not followed."
    ),
    ("redirects", NotCheckedReason.NOT_ALLOWED): gettext_noop(
        "Where the link leads: not checked, its group lets nothing leave this machine."
    ),
    ("redirects", NotCheckedReason.FAILED): gettext_noop(
        "Where the link leads: not seen to the end, opening it failed."
    ),
    ("redirects", NotCheckedReason.LOOK_ONLY): gettext_noop(
        "Where the link leads: not opened, because opening such links does something."
    ),
    ("redirects", NotCheckedReason.BLOCKED): gettext_noop(
        "Where the link leads: not checked, it is no public web address."
    ),
    ("redirects", NotCheckedReason.SWITCHED_OFF): gettext_noop(
        "Where the link leads: not checked, the network is switched off."
    ),
    ("page", NotCheckedReason.FAILED): gettext_noop("The page: not wholly checked, it is too long."),
    ("page", NotCheckedReason.REFUSED): gettext_noop("The page: not seen, the site did not show it to us."),
    ("providers", NotCheckedReason.NONE_CONFIGURED): gettext_noop("Outside services: not checked, none is set up."),
    ("providers", NotCheckedReason.NOT_ASKED): gettext_noop("Outside services: not checked, they were not asked."),
    ("providers", NotCheckedReason.SWITCHED_OFF): gettext_noop(
        "Outside services: not checked, the network is switched off."
    ),
}

_PART_FAILED = gettext_noop("One check did not finish (%(source)s), so this link was not fully checked.")
_LOCAL_FAILED = gettext_noop("Not checked: the link could not be examined.")
_OTHER_GAP = gettext_noop("Not checked: %(source)s (%(reason)s).")


def describe(finding: Finding) -> str:
    """One short plain sentence in the active language; hosts in it are defanged, hostile characters escaped."""
    template = SENTENCES.get(finding.code)
    shown = {name: _placed(_shown(name, value)) for name, value in finding.params}
    try:
        if template is not None:
            return gettext(template) % shown + _off_the_list(finding)
    except KeyError:  # stored before today's sentence, which needs more
        pass
    return gettext(_UNKNOWN_CODE) % {"code": defang_text(finding.code)}


def _off_the_list(finding: Finding) -> str:
    """Said of what a list no longer named: as of the check, for findings are kept and read days later."""
    days = finding.param("days")
    if not finding.code.startswith("listed_") or not isinstance(days, int) or not days:
        return ""
    text = ngettext(
        "When it was checked, it had been off that list for %(n)d day.",
        "When it was checked, it had been off that list for %(n)d days.",
        days,
    )
    return f" {text % {'n': days}}"


def _placed(value: str | int) -> str | int:
    """Kept in its order inside a sentence that is read from the right."""
    return f"{ISOLATE}{value}{ISOLATE_END}" if get_language_bidi() else value


def describe_not_checked(gap: NotChecked) -> str:
    """One short plain sentence about something that was not looked at."""
    template = GAPS.get((gap.source, gap.reason))
    if template is not None:
        return gettext(template)
    if provider_gaps.is_about_provider(gap):
        return provider_gaps.describe([gap])[0]
    shown = {"source": defang_text(gap.source), "reason": defang_text(gap.reason)}
    if gap.source == "local_checks":
        return gettext(_LOCAL_FAILED)
    return gettext(_PART_FAILED if gap.reason == NotCheckedReason.FAILED else _OTHER_GAP) % shown


def describe_gaps(gaps: Iterable[NotChecked]) -> list[str]:
    """As describe_not_checked for people: providers that share a reason share a sentence, after everything else."""
    gaps = list(gaps)
    others = [describe_not_checked(gap) for gap in gaps if not provider_gaps.is_about_provider(gap)]
    return [*others, *provider_gaps.describe(gap for gap in gaps if provider_gaps.is_about_provider(gap))]


def _shown(name: str, value: str | int) -> str | int:
    if isinstance(value, int):
        return value
    if name in _EXTENSIONS:
        return f".{defang_text(value.removeprefix('.'))}"
    return defang_host(value) if name in _HOSTS else defang_text(value)
