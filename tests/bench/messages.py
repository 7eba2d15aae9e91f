"""Messages as they are written in groups of many languages: `python -m tests.bench.messages > messages.jsonl`.

Each line is {"id", "text", "truth", "kind"}: truth holds the links exactly as they stand in the text, so that what is
found can be compared with it. The output is a function of the seed and the number of messages.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator

from tests.bench.message_links import DATA, NAMES, Links

MESSAGES = 200_000
SEED = 20_260_101

# Shares of the messages with one link and with several.
WITH_ONE = 0.10
WITH_SEVERAL = 0.02

_LANGUAGES: dict[str, int] = {code: language["weight"] for code, language in DATA["languages"].items()}
_WORDS: dict[str, list[str]] = {code: language["words"].split() for code, language in DATA["languages"].items()}
_EMOJI: list[str] = DATA["emoji"].split()
# Written without spaces, with a full stop of their own.
_UNSPACED = ("zh", "ja")
_WRAPPING_WEIGHTS = [55, 6, 3, 3, 2, 5, 1, 1, 1, 1.5, 1.5, 1, 6, 3, 1, 0.7, 1, 0.8, 1, 0.5]


class Messages:
    """Draws messages; the order of the draws is part of the result, also where only one of several is used."""

    def __init__(self, seed: int = SEED) -> None:
        self.rng = random.Random(seed)
        self.links = Links(self.rng)

    def draw(self, number: int) -> dict[str, object]:
        """One message with its truth."""
        language = self.rng.choices(list(_LANGUAGES), list(_LANGUAGES.values()))[0]
        share = self.rng.random()
        if share >= WITH_ONE + WITH_SEVERAL:
            kind, text = self._without_link(language)
            return {"id": number, "text": text, "truth": [], "kind": kind}
        count = 1 if share < WITH_ONE else self.rng.choices([2, 3, 4, 6], [60, 25, 10, 5])[0]
        text, drawn = self._with_links(language, count)
        return {
            "id": number,
            "text": text,
            "truth": [link for _, link in drawn],
            "kind": "+".join(kind for kind, _ in drawn),
        }

    def _with_links(self, language: str, count: int) -> tuple[str, list[tuple[str, str]]]:
        parts, drawn = [], []
        if self.rng.random() < 0.85:
            parts.append(self._sentence(language) + self._emoji(0.2))
        for _ in range(count):
            drawn.append(self.links.draw())
            parts.append(self._wrapped(drawn[-1][1]))
            if count > 1 and self.rng.random() < 0.5:
                parts.append(self._sentence(language, most=5))
        if self.rng.random() < 0.35:
            parts.append(self._sentence(language) + self._emoji(0.3))
        return self.rng.choice([" ", "\n", " ", " "]).join(parts), drawn

    def _without_link(self, language: str) -> tuple[str, str]:
        """The kind of a message and its text."""
        if self.rng.random() < 0.03:
            words = [self._sentence(language), self.rng.choice(DATA["noise"]), self._sentence(language, most=4)]
            return "noise", " ".join(words)
        if self.rng.random() < 0.06:
            return "none", "".join(self.rng.choice(_EMOJI) for _ in range(self.rng.randint(1, 5)))
        sentences = self.rng.choices([1, 2, 3, 8], [70, 20, 8, 2])[0]
        return "none", " ".join(self._sentence(language) + self._emoji(0.15) for _ in range(sentences))

    def _sentence(self, language: str, most: int = 18) -> str:
        count = min(most, max(1, int(self.rng.gauss(7, 5))))
        words = [self.rng.choice(_WORDS[language]) for _ in range(count)]
        if self.rng.random() < 0.25:
            words[0] = words[0].capitalize()
        if self.rng.random() < 0.08:
            words[self.rng.randrange(count)] = words[self.rng.randrange(count)].upper()
        sentence = ("" if language in _UNSPACED else " ").join(words)
        if self.rng.random() < 0.10 and count > 3:
            sentence = sentence.replace(" ", ", ", 1)
        if self.rng.random() < 0.04:
            sentence += f" ({self.rng.choice(_WORDS[language])})"
        own_stop = "。" if language in _UNSPACED else ""
        ends = ["", ".", "!", "?", "...", "!!", own_stop]
        return sentence + self.rng.choices(ends, [55, 15, 10, 10, 4, 4, 2])[0]

    def _emoji(self, share: float) -> str:
        if self.rng.random() >= share:
            return ""
        space = " " if self.rng.random() < 0.7 else ""
        count = self.rng.choices([1, 2, 3], [6, 3, 1])[0]
        return space + "".join(self.rng.choice(_EMOJI) for _ in range(count))

    def _wrapped(self, link: str) -> str:
        """A link with what people put around it."""
        name, before, behind = self.rng.choice(NAMES), self.rng.choice(_EMOJI), self.rng.choice(_EMOJI)
        ways = [
            link, f"{link}.", f"{link},", f"{link}!", f"{link}?", f"({link})", f'"{link}"', f"'{link}'", f"«{link}»",
            f"<{link}>", f"[{name}]({link})", f"*{link}*", f"{link}\n", f"{link} 👈", before + link, f"{link}…",
            f"link: {link};", f"{link}。", f"({link}).", link + behind,
        ]  # fmt: skip
        return self.rng.choices(ways, _WRAPPING_WEIGHTS)[0]


def messages(count: int = MESSAGES, seed: int = SEED) -> Iterator[dict[str, object]]:
    """That many messages, numbered from 0."""
    drawing = Messages(seed)
    return (drawing.draw(number) for number in range(count))


def main() -> None:
    """Print messages as JSON lines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=MESSAGES, help="how many (default %(default)s)")
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    for message in messages(arguments.n, arguments.seed):
        sys.stdout.write(json.dumps(message, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
