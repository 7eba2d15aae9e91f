"""How closely one text is read: one budget for all that is tried with its words, whatever they are made of."""

from __future__ import annotations

# Looks at one text. One is taken by each word that is read closely, by each piece behind a scheme, run of characters
# with a dot and host in it, by each dot with a space before an ending, and by what is made of them. Behind the last one
# only links of plain characters are found, whatever is glued to them: with those a phone makes something of a text that
# nobody reads to its end.
MAX_LOOKS = 1_000
# Looks that a new link gives back, so that a list of links is read closely to its end.
LOOKS_OF_A_LINK = 8
# Rewritten places that cost as much as one look.
PLACES_OF_A_LOOK = 8


class Looks:
    """What is left of the budget of one text; one is made for each message that may hold a link, so it costs little."""

    left = MAX_LOOKS

    def take(self) -> bool:
        """Take one; False when none was left."""
        self.left -= 1
        return self.left >= 0

    def take_for_places(self, places: int) -> None:
        """Take those that rewriting so many places has cost."""
        self.left -= places // PLACES_OF_A_LOOK

    def give_back(self) -> None:
        """Give back what a link may have taken, because a new one was found while some were left."""
        if self.left > 0:
            self.left += LOOKS_OF_A_LINK
