"""The words by which people name a command, in the eleven languages; written without accents, in lower case.

Words stand in one list only. A bare word after "!" may be meant for another bot: those of MEMBERS are few and clear.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from groups.policy import Preset

Key = TypeVar("Key")


class Verb(StrEnum):
    """What is asked for. Those from STATUS on are an admin's."""

    CHECK = "check"
    WHY = "why"
    APPEAL = "appeal"
    PRIVACY = "privacy"
    HELP = "help"
    STATUS = "status"
    MUTE = "mute"
    UNMUTE = "unmute"
    RESCAN = "rescan"
    ALLOW = "allow"
    BLOCK = "block"
    FORGET = "forget"
    LANGUAGE = "language"
    POLICY = "policy"
    CONSENT = "consent"
    CONSENT_STATUS = "consentstatus"
    PAUSE = "pause"
    PAIR = "pair"
    NOT_POSSIBLE = "not_possible"


MEMBERS = frozenset({Verb.CHECK, Verb.WHY, Verb.APPEAL, Verb.PRIVACY, Verb.HELP})


def _words(table: Mapping[Key, str]) -> Mapping[Key, tuple[str, ...]]:
    """The words behind each key, which are written as one text with commas."""
    return MappingProxyType({key: tuple(words.split(", ")) for key, words in table.items()})


# In the order en es pt fr de it hi id ar af zu. PAIR and NOT_POSSIBLE are the predecessor's: linking a phone is done in
# the desk, and join requests cannot be approved through the library.
SYNONYMS: Mapping[Verb, tuple[str, ...]] = _words(
    {
        Verb.CHECK: (
            "check, scan, verify, comprobar, comprueba, verificar, verifica, conferir, checar, "
            "verifier, verifie, prufen, pruefen, controlla, controllare, जांच, जाँच, janch, cek, "
            "periksa, تحقق, افحص, kontroleer, hlola"
        ),
        Verb.WHY: (
            "why, porque, por que, pourquoi, warum, wieso, perche, क्यों, kyon, kenapa, mengapa, "
            "لماذا, ليش, hoekom, kungani"
        ),
        Verb.APPEAL: (
            "appeal, objection, apelar, apelacion, recurso, recorrer, contester, recours, einspruch, "
            "widerspruch, ricorso, contesta, अपील, banding, اعتراض, اعترض, appelleer, isikhalazo"
        ),
        Verb.PRIVACY: (
            "privacy, privacidad, privacidade, confidentialite, datenschutz, riservatezza, गोपनीयता, "
            "privasi, خصوصية, الخصوصية, privaatheid, ubumfihlo"
        ),
        Verb.HELP: ("help, commands, ayuda, ajuda, aide, hilfe, aiuto, मदद, madad, bantuan, مساعدة, hulp, usizo"),
        Verb.STATUS: "status, state, estado, etat, stato, स्थिति, حالة, الحالة, isimo",
        Verb.MUTE: (
            "mute, quiet, silence, silent, shush, silencio, silenciar, calla, muet, silencieux, "
            "stumm, stille, ruhe, muto, silenzio, zitto, चुप, chup, diam, senyap, صمت, اسكت, stil, "
            "thula"
        ),
        Verb.UNMUTE: (
            "unmute, speak, habla, hablar, falar, reactivar, reativar, parler, parle, sprich, laut, "
            "parla, बोलो, bolo, bicara, تكلم, praat, khuluma"
        ),
        Verb.RESCAN: (
            "rescan, recheck, reescanear, reanalizar, reverificar, rescanner, reverifier, nochmal, "
            "neuprufen, ricontrolla, दोबारा, ulang, اعادة, herscan, phinda"
        ),
        Verb.ALLOW: (
            "allow, trust, permitir, permite, autoriser, autorise, erlauben, erlaube, consenti, "
            "permetti, अनुमति, izinkan, اسمح, السماح, toelaat, vumela"
        ),
        Verb.BLOCK: (
            "block, ban, deny, bloquear, bloquea, bloqueia, bloquer, bloque, blockieren, sperren, "
            "blocca, bloccare, ब्लॉक, रोको, blokir, حظر, احظر, blokkeer, vimba"
        ),
        Verb.FORGET: (
            "forget, unblock, unallow, undo, olvidar, olvida, desbloquear, esquecer, oublier, "
            "debloquer, vergessen, vergiss, entsperren, dimentica, sblocca, भूलो, lupakan, انس, "
            "vergeet, khohlwa"
        ),
        Verb.LANGUAGE: (
            "language, lang, idioma, lengua, lingua, langue, sprache, भाषा, bahasa, لغة, اللغة, taal, ulimi"
        ),
        Verb.POLICY: (
            "policy, politica, politique, regeln, richtlinie, regole, नीति, kebijakan, سياسة, "
            "السياسة, beleid, inqubomgomo"
        ),
        Verb.CONSENT: "consent",
        Verb.CONSENT_STATUS: "consentstatus, consent status",
        Verb.PAUSE: (
            "pause, stop, leave us, pausa, parar, detener, detente, arreter, arrete, anhalten, "
            "pausieren, stopp, ferma, fermati, रुको, ruko, jeda, berhenti, توقف, قف, hou op, yima"
        ),
        Verb.PAIR: "pair, pair status, pair reset, pairing",
        Verb.NOT_POSSIBLE: "approve, governance",
    }
)
POLICIES: Mapping[Preset, tuple[str, ...]] = _words(
    {
        Preset.WATCH: "watch, watch only, observar, observer, beobachten, osserva, pantau, kyk",
        Preset.QUIET: "quiet, calm, tranquilo, discreto, discret, calme, ruhig, discreta, tenang, stil",
        Preset.FAMILY: (
            "family, school, familia, escuela, escola, famille, ecole, familie, schule, famiglia, "
            "scuola, keluarga, sekolah, umndeni"
        ),
        Preset.NEIGHBOURHOOD: (
            "neighbourhood, neighborhood, neighbours, vecinos, barrio, vizinhos, bairro, quartier, "
            "voisins, nachbarschaft, vicinato, vicini, tetangga, buurt"
        ),
        Preset.MARKETPLACE: "marketplace, market, crypto, mercado, marche, marktplatz, markt, mercato, pasar, mark",
    }
)
LANGUAGE_NAMES: Mapping[str, tuple[str, ...]] = _words(
    {
        "en": "english, ingles, anglais, englisch, inglese",
        "es": "spanish, espanol, castellano, espagnol, spanisch, spagnolo",
        "pt": "portuguese, portugues, portugais, portugiesisch, portoghese",
        "fr": "french, francais, frances, franzosisch, francese",
        "de": "german, deutsch, aleman, alemao, allemand, tedesco",
        "it": "italian, italiano, italien, italienisch",
        "hi": "hindi, हिन्दी, हिंदी",
        "id": "indonesian, bahasa indonesia, indonesia, indonesio",
        "ar": "arabic, العربية, عربي, arabe, arabisch, arabo",
        "af": "afrikaans",
        "zu": "zulu, isizulu",
    }
)
