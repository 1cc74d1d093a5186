"""Dealing a share of things: exact in number, and the same whatever order they come in."""

from fractions import Fraction

from simulator import seeds

_LARGEST_BLOCK = 10_000


class Deck:
    """An endless row of cards, cut into blocks; `share` of every block strikes, at places drawn from the seed.

    A share of 5 % gives blocks of 20 with one striking card each. Card `i` is the same whenever it is asked for.
    """

    def __init__(self, seed: int, share: float) -> None:
        part = Fraction(share).limit_denominator(_LARGEST_BLOCK)
        if not 0 <= part <= 1:
            raise ValueError(f"a share is between 0 and 1, not {share}")
        self.seed = seed
        self.striking = part.numerator
        """Striking cards in a block."""
        self.block = part.denominator
        """Cards in a block."""
        self._blocks: dict[int, frozenset[int]] = {}

    def struck(self, index: int) -> bool:
        """Whether card `index` (0 or more) strikes."""
        if self.striking in (0, self.block):
            return bool(self.striking)
        number, place = divmod(index, self.block)
        places = self._blocks.get(number)
        if places is None:
            drawn = seeds.rng(self.seed, "block", str(number)).sample(range(self.block), self.striking)
            places = self._blocks[number] = frozenset(drawn)
        return place in places
