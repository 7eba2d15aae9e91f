"""The heuristics: pure functions from a Link to a Finding or None. One function and one line here add another.

A heuristic's code is its function's name.

| code | points | why |
|---|---|---|
| ip_host | 4; 1 in a private network | 9 % of malware links, no honest one among 113,843; a router's page is ordinary |
| disguised_ip | 5 | hex, octal or one long number is only written to deceive; with ip_host at least suspicious |
| uncommon_port | 2 | 3.4 % of malware links, but also small honest servers |
| userinfo_host | 8, conclusive | https://paypal.com@evil.example has no honest use |
| userinfo | 2; 5 with a protected name | browsers hide it |
| executable_path | 2; 4 on a number or a free host | programs are rarely shared by link |
| apk_path | 3; 5 on a number or a free host | most members use Android, the app store is passed by |
| long_url | 1; 4 when it could not be read whole | length is no sign by itself |
| risky_tld | 2 | ten times as many scams as honest sites, but personal pages too: never alone |
| free_hosting | 1; 2 for tunnels, dynamic names, raw storage | 39 % of phishing, many honest projects: never alone |
| free_host_credentials | 3, 5 with a second word | adds up to suspicious with free_hosting |
| credential_words | 3 | secure-login-verify.example |
| generated_name | 2 | only under a risky ending or on a free host; suspicious with the former or with the worse hosts |
| shortener | 0 | said to moderators, no sign of anything |
| mixed_script | 5 | no ordinary word mixes such alphabets; ordinary foreign names have no finding |
| whole_script_confusable | 4 | Latin-looking Cyrillic or Greek outside the countries that write so |
| fake_separator | 8 | google.comノlogin.example |
| hidden_characters | 4; 8 when they reorder | zero width, bidi controls between the letters of the host |
| brand_homoglyph | 9, conclusive; 2 for äpple | equal to a protected name by Unicode TS 39 skeleton |
| brand_domain_embedded | 8, conclusive | paypal.com.evil.example |
| brand_lookalike | 6; 4 for common words | paypa1, rnicrosoft |
| brand_typo | 5; 4 for common words with a second sign | faceboook |
| brand_named | 4; common words only with a second sign | netflix-login.example, paypal.evil.example |
| brand_other_ending | 4; 2 under a country's ending | the owner may hold it |

To the points of the last four: 2 more beside a word that asks for credentials, 1 more beside one that lures. A second
sign is such a word, a risky ending or a free host. Score: up to 3 benign, 4 to 7 suspicious, from 8 malicious.

Measured 2026-11-23 on public collections: of 113,843 honest addresses 45 suspicious (0.040 %), none malicious; of
160,000 malicious ones 28.5 % found, 2.1 % malicious outright, 0.9 % conclusive. The exceptions in the lists were
chosen on these honest addresses, which hold few banks, shops and forms: expect more false alarms in a real group.
"""

from __future__ import annotations

from collections.abc import Callable

from scans.engine.findings import Finding
from scans.engine.heuristics import address, brand, hosting, path, script, userinfo
from scans.engine.links import Link

Heuristic = Callable[[Link], Finding | None]

HEURISTICS: tuple[Heuristic, ...] = (
    address.ip_host,
    address.disguised_ip,
    address.uncommon_port,
    userinfo.userinfo_host,
    userinfo.userinfo,
    path.executable_path,
    path.apk_path,
    path.long_url,
    hosting.risky_tld,
    hosting.free_hosting,
    hosting.free_host_credentials,
    hosting.credential_words,
    hosting.generated_name,
    hosting.shortener,
    script.mixed_script,
    script.whole_script_confusable,
    script.fake_separator,
    script.hidden_characters,
    brand.brand_homoglyph,
    brand.brand_domain_embedded,
    brand.brand_lookalike,
    brand.brand_typo,
    brand.brand_named,
    brand.brand_other_ending,
)
