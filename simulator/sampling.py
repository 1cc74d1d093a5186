"""Whom something strikes, by number: a share, the first few, or every nth.

All are exact in number, and the same whatever order the numbers are asked for in.
"""

from fractions import Fraction
from typing import Protocol

from simulator import seeds

_LARGEST_BLOCK = 10_000


class Sampler(Protocol):
    """Anything that decides by number."""

    def struck(self, index: int) -> bool:
        """Whether number `index` (0 or more) is struck."""


class ShuffledSampler:
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


class First:
    """The first `count`, and none after them."""

    def __init__(self, count: int) -> None:
        self.count = count

    def struck(self, index: int) -> bool:
        """Whether it is one of them."""
        return index < self.count


class Every:
    """The `nth` of every `nth`."""

    def __init__(self, nth: int) -> None:
        self.nth = nth

    def struck(self, index: int) -> bool:
        """Whether it is the last of its row."""
        return index % self.nth == self.nth - 1
