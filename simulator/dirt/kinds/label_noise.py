"""Labels of another class: an average of 3.3 % over ten benchmarks (Northcutt et al., NeurIPS 2021)."""

from typing import Any

import numpy as np

from scenarios.model import DirtUse
from simulator.dirt.base import DirtKind
from simulator.dirt.cells import Cells
from simulator.dirt.work import Work


class LabelNoise(Cells):
    """The label becomes another one of the column's, all equally likely."""

    to: dict[str, str] | None = None
    """What each label is mistaken for; only these can be corrupted. Labels are given as text."""


def _apply(params: LabelNoise, use: DirtUse, work: Work) -> None:
    for column in params.column:
        rng, values = work.rng(column), work.truth(column)
        labels, number = np.unique(values, return_inverse=True)
        wrong = _mistaken(params, labels.tolist())
        can = np.array([bool(targets) for targets in wrong])[number]
        ids = work.draw(use, work.free(column) & can, rng)
        luck = rng.random(len(ids)).tolist()
        drawn = [wrong[n][int(u * len(wrong[n]))] for n, u in zip(number[ids].tolist(), luck, strict=True)]
        work.set(column, ids, labels[np.array(drawn, np.intp)], "label-noise", work.mechanism(use, column))


def _mistaken(params: LabelNoise, labels: list[Any]) -> list[list[int]]:
    """Return for each label the numbers of those that it may be mistaken for. Raises `ValueError`."""
    numbers = range(len(labels))
    if params.to is None:
        return [[other for other in numbers if other != one] for one in numbers]
    names = {_written(label): number for number, label in enumerate(labels)}
    if unknown := [name for pair in params.to.items() for name in pair if name not in names]:
        raise ValueError(f"no label is {unknown[0]!r}; there are: {', '.join(names)}")
    wrong: list[list[int]] = [[] for _ in labels]
    for one, other in params.to.items():
        wrong[names[one]] = [names[other]] if one != other else []
    return wrong


def _written(label: Any) -> str:
    return str(label).lower() if isinstance(label, bool) else str(label)


LABEL_NOISE = DirtKind(
    "label-noise",
    LabelNoise,
    _apply,
    corrupts=lambda params: params.column,
    takes=frozenset({"text", "integer", "boolean"}),
)
