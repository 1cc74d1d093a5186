"""Decide by number what a fault hits: a share, the first few, or every nth.

The number of hits is exact, and the same in whatever order the numbers are asked for.
"""

from fractions import Fraction
from typing import Protocol

from simulator import seeds

_LARGEST_BLOCK = 10_000


class Sampler(Protocol):
    """Decides by number."""

    def struck(self, index: int) -> bool:
        """Whether number `index` (0 or more) is hit."""


class ShuffledSampler:
    """An endless sequence of numbers in blocks; `share` of every block is hit, at places drawn from the seed.

    A share of 5 % gives blocks of 20 with one hit each. The result for `i` is the same whenever it is asked for. Raises
    `ValueError` when `share` is not between 0 and 1.
    """

    def __init__(self, seed: int, share: float) -> None:
        part = Fraction(share).limit_denominator(_LARGEST_BLOCK)
        if not 0 <= part <= 1:
            raise ValueError(f"a share is between 0 and 1, not {share}")
        self.seed = seed
        self.hits = part.numerator
        """Hits in a block."""
        self.block = part.denominator
        """Numbers in a block."""
        self._blocks: dict[int, frozenset[int]] = {}

    def struck(self, index: int) -> bool:
        """Whether number `index` (0 or more) is hit."""
        if self.hits in (0, self.block):
            return bool(self.hits)
        number, place = divmod(index, self.block)
        places = self._blocks.get(number)
        if places is None:
            drawn = seeds.rng(self.seed, "block", str(number)).sample(range(self.block), self.hits)
            places = self._blocks[number] = frozenset(drawn)
        return place in places


class First:
    """Hits the first `count`, and none after them."""

    def __init__(self, count: int) -> None:
        self.count = count

    def struck(self, index: int) -> bool:
        """Whether number `index` is one of the first."""
        return index < self.count


class Every:
    """Hits the last of every `nth` numbers."""

    def __init__(self, nth: int) -> None:
        self.nth = nth

    def struck(self, index: int) -> bool:
        """Whether number `index` is the last of its group."""
        return index % self.nth == self.nth - 1
