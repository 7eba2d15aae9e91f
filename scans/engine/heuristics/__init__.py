"""The heuristics: pure functions from a Link to a Finding or None. One function and one line here add another.

Those of the link itself (HEURISTICS) read only its normalised parts: they say the same of parse(link.url).

A heuristic's code is its function's name.

| code | points | why |
|---|---|---|
| ip_host | 4; 1 at home; 9 as IPv4 in IPv6 | 9 % of malware links, no honest one; a router's page is ordinary |
| uncommon_port | 2 | 3.4 % of malware links, but also small honest servers |
| userinfo_host | 8, conclusive | https://paypal.com@evil.example has no honest use |
| userinfo | 2; 5 with a protected name | browsers hide it |
| executable_path | 2; 4 on a number or a free host | programs are rarely shared by link |
| apk_path | 3; 5 on a number or a free host | most members use Android, the app store is passed by |
| long_url | 1 | length is no sign by itself |
| risky_tld | 2 | ten times as many scams as honest sites, but personal pages too: never alone |
| free_hosting | 1; 2 for tunnels, dynamic names, raw storage | 39 % of phishing, many honest projects: never alone |
| free_host_credentials | 3, 5 with a second word | adds up to suspicious with free_hosting |
| credential_words | 3 | secure-login-verify.example |
| generated_name | 2 | only under a risky ending or on a free host; suspicious with the former or with the worse hosts |
| shortener | 0 | said to moderators, no sign of anything |
| mixed_script | 5 | no ordinary word mixes such alphabets; ordinary foreign names have no finding |
| whole_script_confusable | 4 | Latin-looking Cyrillic or Greek outside the countries that write so |
| fake_separator | 8 | google.comノlogin.example |
| opens_no_page | 0 | its code is the link's class: group_invite, payment, one_time, …: said to moderators |
| brand_homoglyph | 9, conclusive; 2 for äpple | equal to a protected name by Unicode TS 39 skeleton |
| brand_domain_embedded | 8, conclusive | paypal.com.evil.example |
| brand_lookalike | 6; 4 for common words | paypa1, rnicrosoft |
| brand_typo | 5; 4 for common words with a second sign | faceboook |
| brand_named | 4; common words only with a second sign | netflix-login.example, paypal.evil.example |
| brand_other_ending | 4; 2 under a country's ending | the owner may hold it |

To the points of the last four: 2 more beside a word that asks for credentials, 1 more beside one that lures. A second
sign is such a word, a risky ending or a free host. Score: up to 3 benign, 4 to 7 suspicious, from 8 malicious.

How it was written in the message (WRITING); the same link may be written in many ways, so these are not kept with
the scan but with the sighting:

| code | points | why |
|---|---|---|
| defanged_scheme, defanged_dot | 0 | careful people write so to warn: said to moderators, held against nobody |
| spaced_host | 1 | keyboards put a space behind a dot: an honest typo accuses nobody |
| hidden_characters | 4 | zero width between the letters of the host |
| bidi_control | 8 | reverses the writing of the host |
| disguised_letters | 4; 1 when all are full-width | circled or styled letters are chosen, full-width ones are typed |
| bare_number | -1 | `4.4.4.4` without anything around it may be a version: with ip_host it alarms nobody |
| dot_twins | 1; 4 when only drawn alike | 。 and ．are on keyboards, ․ is on none |
| disguised_ip | 5 | hex, octal or one long number is only written to deceive; with ip_host at least suspicious |
| overlong | 4 | too long to be read whole: judged by its host, the rest may hide anything |
| preview_mismatch | 5 | only a tampered client sends a preview of another site than the text shows |

Measured 2026-11-23 on public collections: of 113,843 honest addresses 46 suspicious (0.040 %), none malicious; of
399,760 malicious ones 28.5 % found, 2.2 % malicious outright, 1.0 % conclusive. The exceptions in the lists were
chosen on these honest addresses, which hold few banks, shops and forms: expect more false alarms in a real group.
"""

from __future__ import annotations

from collections.abc import Callable

from scans.engine.findings import Finding
from scans.engine.heuristics import address, brand, classes, hosting, path, script, userinfo, writing
from scans.engine.heuristics.host import Host
from scans.engine.links import Link

Heuristic = Callable[[Link], Finding | None]
# One that reads nothing but the host: what it says holds for every link there.
HostHeuristic = Callable[[Host], Finding | None]

# Silent about every host without an imitation, which are nearly all.
OF_BORROWED_NAME: tuple[HostHeuristic, ...] = (
    brand.brand_homoglyph,
    brand.brand_domain_embedded,
    brand.brand_lookalike,
    brand.brand_typo,
    brand.brand_named,
    brand.brand_other_ending,
)

# Judged once for every host; ip_host is not among them, it takes less time than looking up what was said.
OF_HOST: tuple[HostHeuristic, ...] = (
    hosting.risky_tld,
    hosting.free_hosting,
    hosting.free_host_credentials,
    hosting.credential_words,
    hosting.generated_name,
    hosting.shortener,
    script.mixed_script,
    script.whole_script_confusable,
    script.fake_separator,
    *OF_BORROWED_NAME,
)

HEURISTICS: tuple[Heuristic, ...] = (
    address.ip_host,
    address.uncommon_port,
    userinfo.userinfo_host,
    userinfo.userinfo,
    path.executable_path,
    path.apk_path,
    path.long_url,
    *OF_HOST,
    classes.opens_no_page,
)

# How it was written in one message: read from link.raw and link.evasions, nothing for a link parsed from its url.
WRITING: tuple[Heuristic, ...] = (
    writing.defanged_scheme,
    writing.defanged_dot,
    writing.spaced_host,
    writing.hidden_characters,
    writing.bidi_control,
    writing.disguised_letters,
    writing.bare_number,
    writing.dot_twins,
    writing.disguised_ip,
    writing.overlong,
)
