"""Check whether the reasons for declines are true, by how the deployment's own probabilities behave.

An additive model of the applications (numbers in fifths, classes unchanged) is fitted to the probabilities that a
deployment answered. What an applicant's value adds to it, beyond the average applicant's, is that column's part in the
decision. Any kind of model can be examined this way from outside, and reasons that a deployment's own answers do not
follow are detected.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.evidence.tables import CUSTOMER, EXAMINER, Column, Table

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Matrix = npt.NDArray[np.float64]

FEWEST = 150
"""Decisions of one model from which it is fitted separately; smaller ones are fitted together."""
LEADING = 3
"""The first reason must be among this many of the largest contributions."""
LEAST = 0.1
"""A contribution below this share of the spread of all log odds counts as none, in either direction."""
_PARTS = 5
_EDGE = 0.002
"""Probabilities are kept this far from 0 and 1, where their log odds would be infinite."""
_RIDGE = 1.0

Seen = tuple[str, float, Mapping[str, Any]]
"""One decision: its model, its probability of default, and the content of the application."""

FACTS_REASONS = Table(
    "facts_reasons",
    "every decline that needs reasons, beside what weighed against the applicant in the deployment's own answers",
    (
        Column("at", "real", "when the application came in"),
        Column("application_id", "text", "the dataset's key"),
        Column("reasons", "text", "codes as answered, joined by a blank"),
        Column("weighed", "text", "codes that did weigh against the applicant, the heaviest first", EXAMINER),
        Column(
            "true_reasons",
            "boolean",
            "the first is among the three heaviest, and none spoke for the applicant",
            EXAMINER,
        ),
    ),
    settled=True,
    whose=CUSTOMER,
)


@dataclass(frozen=True)
class Declined:
    """One decline, by its index among the decisions."""

    place: int
    at: float
    id: str
    reasons: tuple[str, ...]


def reason_rows(
    seen: Sequence[Seen], declined: Sequence[Declined], codes: Mapping[str, str], most: int
) -> Iterator[dict[str, Any]]:
    """Yield rows of `facts_reasons`; `codes` maps each code to its column."""
    if not declined:
        return
    weights = _weights(seen, list(dict.fromkeys(codes.values())))
    for one in declined:
        mine = {code: float(weights[column][one.place]) for code, column in codes.items()}
        weighed = [code for code in sorted(mine, key=lambda code: -mine[code]) if mine[code] >= LEAST]
        true = (
            0 < len(one.reasons) <= most
            and one.reasons[0] in weighed[:LEADING]
            and all(mine.get(code, -1.0) > -LEAST for code in one.reasons)
        )
        yield {
            "at": one.at, "application_id": one.id, "reasons": " ".join(one.reasons),
            "weighed": " ".join(weighed), "true_reasons": true,
        }  # fmt: skip


def _weights(seen: Sequence[Seen], columns: Sequence[str]) -> dict[str, "Matrix"]:
    """Return, by column, what each application's value adds to the answered log odds, in units of their spread."""
    # Late, because NumPy takes its time and most worlds have no loans.
    import numpy as np

    models = np.array([model for model, _, _ in seen])
    names, counts = np.unique(models, return_counts=True)
    large = set(names[counts >= FEWEST].tolist())
    groups = [models == name for name in sorted(large)]
    if not all(name in large for name in names):
        groups.append(~np.isin(models, sorted(large)))
    found = {column: np.zeros(len(seen)) for column in columns}
    chances = np.clip([chance for _, chance, _ in seen], _EDGE, 1 - _EDGE)
    odds = np.log(chances / (1 - chances))
    for group in groups:
        blocks = {c: _block([row[c] for (_, _, row), mine in zip(seen, group, strict=True) if mine]) for c in columns}
        for column, effect in _effects(blocks, odds[group]).items():
            found[column][group] = effect / (odds[group].std() or 1.0)
    return found


def _block(values: list[Any]) -> "Matrix":
    """Return a column as indicators: of its fifths if it is a number with many values, else of its values."""
    import numpy as np

    distinct = sorted(set(values), key=str)
    if len(distinct) <= _PARTS or isinstance(values[0], str):
        places = np.array([distinct.index(value) for value in values])
    else:
        numbers = np.array(values, dtype=float)
        edges = np.unique(np.quantile(numbers, np.linspace(0, 1, _PARTS + 1)[1:-1]))
        places = np.searchsorted(edges, numbers, side="right")
    indicators: Matrix = np.eye(int(places.max()) + 1)[places]
    return indicators


def _effects(blocks: Mapping[str, "Matrix"], odds: "Matrix") -> dict[str, "Matrix"]:
    """Return what each column adds, relative to its mean, in an additive model fitted by ridge regression."""
    import numpy as np

    centred = {name: block - block.mean(axis=0) for name, block in blocks.items()}
    design = np.hstack(list(centred.values()))
    gram = design.T @ design + _RIDGE * np.eye(design.shape[1])
    weights = np.linalg.solve(gram, design.T @ (odds - odds.mean()))
    found, start = {}, 0
    for name, block in centred.items():
        found[name] = block @ weights[start : start + block.shape[1]]
        start += block.shape[1]
    return found
