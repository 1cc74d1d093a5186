"""The order in which mutants are examined: a sample is as many of the first as one has time for."""

from collections.abc import Iterable, Iterator
from random import Random

from labs.verify.mutants.making import Mutant


def ordered(mutants: Iterable[Mutant], seed: int) -> list[Mutant]:
    """All of them, by turns of both solutions, of their duties, of the lines of a duty and of the operators on a line.

    A long function, and a line that many operators can change, thus count no more than others. The order depends on
    the mutants and the seed alone, and a larger sample contains a smaller one.
    """
    random = Random(f"mutants {seed}")
    turns = [_turns(mine, random) for _, mine in sorted(_grouped(mutants, "of").items(), reverse=True)]
    return list(_alternating(turns))


def _turns(mutants: list[Mutant], random: Random) -> Iterator[Mutant]:
    """One of each duty in a random order, then another one of each."""
    duties = [_lines(mine, random) for _, mine in sorted(_grouped(mutants, "file", "duty").items())]
    random.shuffle(duties)
    return _alternating(duties)


def _lines(mutants: list[Mutant], random: Random) -> Iterator[Mutant]:
    lines = [_operators(mine, random) for _, mine in sorted(_grouped(mutants, "line").items())]
    random.shuffle(lines)
    return _alternating(lines)


def _operators(mutants: list[Mutant], random: Random) -> Iterator[Mutant]:
    kinds = [sorted(mine, key=lambda one: one.digest) for _, mine in sorted(_grouped(mutants, "operator").items())]
    for kind in kinds:
        random.shuffle(kind)
    random.shuffle(kinds)
    return _alternating(map(iter, kinds))


def _grouped(mutants: Iterable[Mutant], *names: str) -> dict[tuple[object, ...], list[Mutant]]:
    groups: dict[tuple[object, ...], list[Mutant]] = {}
    for mutant in mutants:
        groups.setdefault(tuple(getattr(mutant, name) for name in names), []).append(mutant)
    return groups


def _alternating(series: Iterable[Iterator[Mutant]]) -> Iterator[Mutant]:
    """One of each series, then another one of each that has more, and so on."""
    left = list(series)
    while left:
        rest = []
        for one in left:
            if (mutant := next(one, None)) is not None:
                yield mutant
                rest.append(one)
        left = rest
