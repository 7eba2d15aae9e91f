"""What happened in the five demo groups: tables, nothing else. Hosts end in .example or .test (RFC 2606), always.

Times are "days ago" and a clock time. Verdicts stand nowhere: the engine makes them.
"""

from __future__ import annotations

from groups.policy import Preset, Response
from waclient.demo.events import Asked, Cast, Chat, Mute, Person, Post, Reported, Said, Turned
from waclient.models import Answer, Place, ReportKind
from wbscanner.people import Role

DAYS = 30
AMIRA = "Amira (demo)"
JONAS = "Jonas (demo)"
NADIA = "Nadia (demo)"
PEOPLE = (
    Person(AMIRA, Role.MODERATOR, ("school", "street", "market", "crypto")),
    Person(JONAS, Role.MODERATOR, ("street", "choir", "market")),
    Person(NADIA, Role.VIEWER, ("school",)),
)
NAMES = tuple(person.name for person in PEOPLE)


GROUPS = (
    Cast("school", "Parents of class 3B · demo", 46, False, Response.REACT, Response.REPLY, 23, Preset.QUIET, 87),
    Cast("street", "Mill Street neighbours · demo", 118, False, Response.REACT, Response.REPLY, 24, Preset.QUIET, 60),
    Cast("choir", "Open Voices choir · demo", 34, False, Response.REACT, Response.REPLY, None, Preset.WATCH, 51),
    Cast("market", "Second-hand market · demo", 402, True, Response.REPLY, Response.DELETE, 26, Preset.OWN, 95),
    Cast("crypto", "Crypto beginners · demo", 611, False, Response.REPLY, Response.DELETE, 20, Preset.OWN, 62),
)

# --- dangerous: a parcel, a bank, a wallet, a vote for a niece, a WhatsApp code
CUSTOMS = "https://dhl.com.parcel-redelivery.example/pay/customs"
POSTAGE = "https://correos.com.aduana-paquete.example/pago/2-99"
REDELIVERY = "https://royalmail.com.redelivery-fee.test/2-99"
BANK = "https://santander.com.verify-account.example/login"
PAYMENT = "https://paypa1-secure-login.test/account"
SMS_BANK = "https://hsbc.com.new-payee-alert.example/cancel"
SEED = "https://metamask.io.wallet-restore.example/seed"
KYC = "https://coinbase.com.kyc-update.test/documents"
SUPPORT = "https://b1nance-wallet-login.example/connect"
NIECE = "https://facebook.com.dance-contest.example/vote/niece-marta"
CODE = "https://whatsapp.com.code-verification.example/6-digits"
WHATSAPP_APP = "https://whatsapp-account-verify.test/update.apk"
DANGEROUS = (
    CUSTOMS, POSTAGE, REDELIVERY, BANK, PAYMENT, SMS_BANK, SEED, KYC, SUPPORT, NIECE, CODE, WHATSAPP_APP,
)  # fmt: skip

# --- suspicious: odd enough to be looked at
FEE = "https://dhl-parcel-customs.example/tracking"
VOTE = "https://vote-whatsapp-login.example/choir-contest"
AIRDROP = "https://binance-airdrop-claim.test/today"
TREZOR = "https://trezor-update.test/desktop"
CARD = "https://revolut-gift-card.example/"
PREMIUM = "https://telegram-premium-gift.example/"
MOD = "https://free-games.example:4433/mod/racing.apk"
PRIZE = "https://amazon-prize-winner.test/box"
LEDGER = "https://ledger-migration.example/live"
SUSPICIOUS = (FEE, VOTE, AIRDROP, TREZOR, CARD, PREMIUM, MOD, PRIZE, LEDGER)

# --- honest after all: a known name in a stranger's address, and a moderator who knows better
PARTY = "https://netflix-party.example/class-3b"
ROOF = "https://paypal-fundraiser.example/school-roof"
STICKERS = "https://whatsapp-stickers.example/open-voices"
FINE_AFTER_ALL = (PARTY, ROOF, STICKERS)

# --- an honest page, written with an invisible character between the letters of its host
DISGUISED = "https://furniture-s\u200bwap.example/item/3"

# --- a shop that was fine when it was posted and taken over later; and a club that had been and was put right
TAKEN_OVER = "https://winter-coats-outlet.test/sale"
PUT_RIGHT = "https://swimming-pool.test/lessons/new-term"
TURNED = (
    Turned(7, "02:00", PUT_RIGHT, ("https://santander.com.account-blocked.example/login",)),
    Turned(6, "22:15", PUT_RIGHT),
    Turned(4, "21:40", TAKEN_OVER, ("https://dhl.com.parcel-on-hold.example/pay/customs",)),
)

# --- links that are sent on, and where to
WAYS = {VOTE: ("https://go.tiny-link.test/k3v9", "https://contest-votes.example/choir?from=chat")}

POSTS = (
    Post("street", 28, "11:05", FEE),
    Post("market", 27, "18:40", CUSTOMS),
    Post("crypto", 26, "09:12", AIRDROP),
    Post("school", 25, "20:31", WHATSAPP_APP),
    Post("crypto", 19, "13:50", SEED),
    Post("crypto", 19, "14:22", SEED),
    Post("market", 22, "08:15", PAYMENT),
    Post("market", 22, "08:58", PAYMENT),
    Post("market", 21, "19:44", PRIZE, place=Place.CODE),
    Post("school", 20, "17:03", ROOF),
    Post("school", 19, "16:40", ROOF),
    Post("street", 18, "12:27", REDELIVERY),
    Post("market", 18, "12:49", REDELIVERY),
    Post("crypto", 17, "21:08", TREZOR),
    Post("choir", 16, "19:15", STICKERS),
    Post("choir", 15, "10:02", STICKERS),
    Post("choir", 12, "18:30", STICKERS),
    Post("street", 15, "22:10", CARD),
    Post("crypto", 14, "07:45", SUPPORT),
    Post("crypto", 13, "23:20", SUPPORT),
    Post("school", 13, "15:55", PARTY),
    Post("school", 11, "16:20", PARTY),
    Post("market", 12, "11:11", PREMIUM),
    Post("school", 10, "18:05", NIECE),
    Post("street", 10, "18:22", NIECE, is_forwarded_often=True),
    Post("choir", 10, "18:51", NIECE, is_forwarded_often=True),
    Post("market", 10, "19:30", NIECE, is_forwarded_often=True),
    Post("school", 9, "08:12", NIECE, place=Place.QUOTED),
    Post("crypto", 9, "10:31", KYC, place=Place.DOCUMENT),
    Post("street", 8, "13:37", POSTAGE),
    Post("crypto", 7, "16:44", LEDGER),
    Post("school", 6, "17:20", PUT_RIGHT),
    Post("street", 6, "20:03", SMS_BANK),
    Post("choir", 5, "21:16", VOTE),
    Post("market", 5, "09:29", MOD),
    Post("street", 4, "12:10", TAKEN_OVER),
    Post("choir", 4, "13:26", TAKEN_OVER),
    Post("market", 4, "14:02", BANK, is_withdrawn=True),
    Post("street", 3, "03:41", BANK, is_history=True),
    Post("school", 2, "19:27", CODE),
    Post("choir", 2, "19:48", CODE),
    Post("market", 2, "10:14", DISGUISED),
    Post("market", 1, "17:36", CUSTOMS),
    Post("crypto", 1, "20:55", SEED),
    Post("street", 0, "09:20", VOTE),
)

DECISIONS = (
    Said(27, "18:52", AMIRA, Answer.CONFIRM, CUSTOMS),
    Said(25, "20:47", JONAS, Answer.CONFIRM, WHATSAPP_APP),
    Said(22, "09:30", AMIRA, Answer.CONFIRM, PAYMENT),
    Said(20, "18:15", AMIRA, Answer.FINE, ROOF),
    Said(19, "15:05", JONAS, Answer.CONFIRM, SEED),
    Said(16, "20:20", JONAS, Answer.FINE, STICKERS, "choir"),
    Said(15, "22:41", AMIRA, Answer.UNSURE, CARD),
    Said(13, "16:30", AMIRA, Answer.FINE, PARTY, "school"),
    Said(10, "20:04", AMIRA, Answer.CONFIRM, NIECE),
    Said(8, "13:50", JONAS, Answer.CONFIRM, POSTAGE),
)

ASKED = (
    Asked("market", 4, "18:12", ReportKind.APPEAL, MOD),
    Asked("crypto", 3, "09:05", ReportKind.CHECK, LEDGER),
    Asked("school", 1, "21:30", ReportKind.APPEAL, CODE),
)

# --- a report with a picture; no service of this name exists
REPORTER = "demo"
REPORTED = (Reported(2, "20:06", CODE),)

# --- the moderators' own chat, and the groups it is told of
CHAT = "Moderators · demo"
CHAT_SINCE = Chat(14, "19:00", AMIRA, ("school", "street", "market", "crypto"))

MUTES = (Mute("street", 6, "18:00", 4, JONAS),)

# --- ordinary links: hosts of each group with the paths its members post; {n} becomes a number up to 30
ORDINARY = {
    "school": (
        ("https://class-calendar.example", "/term/{n} /trips/{n} /parents-evening"),
        ("https://lunch-menu.example", "/week/{n} /allergies"),
        ("https://photos.class-3b.example", "/album/{n}"),
        ("https://homework.school.example", "/maths/{n} /reading/{n} /science/{n}"),
        ("https://swimming-pool.test", "/opening-hours /lessons/{n}"),
    ),
    "street": (
        ("https://town-hall.example", "/roadworks/{n} /waste-collection /minutes/{n}"),
        ("https://weather-station.test", "/mill-street"),
        ("https://local-news.example", "/stories/{n}"),
        ("https://lost-cats.example", "/poster/{n}"),
        ("https://neighbourhood-radio.example:8000", "/stream"),
    ),
    "choir": (
        ("https://open-voices.example", "/rehearsals/{n} /concerts/{n} /donations"),
        ("https://sheet-music.test", "/alto/{n} /tenor/{n} /bass/{n}"),
        ("https://recordings.example", "/take/{n}"),
        ("https://community-hall.example", "/booking/{n}"),
    ),
    "market": (
        ("https://second-hand-bikes.example", "/listing/{n}"),
        ("https://flea-market.test", "/stand/{n} /map"),
        ("https://children-clothes.example", "/size/{n} /bundle/{n}"),
        ("https://furniture-swap.example", "/item/{n}"),
        ("https://repair-cafe.example", "/dates /guides/{n}"),
        ("https://manuals.test", "/washing-machine/{n}.pdf /drivers/printer-{n}.exe"),
    ),
    "crypto": (
        ("https://price-charts.example", "/daily/{n}"),
        ("https://learn-blockchains.test", "/lesson/{n}"),
        ("https://block-explorer.example", "/block/8{n}0{n} /fees"),
        ("https://tax-advice.example", "/questions/{n}"),
        ("https://podcast.example", "/episode/{n}"),
    ),
}
