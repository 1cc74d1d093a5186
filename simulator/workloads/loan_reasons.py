"""Whether the reasons of declines are true: held against how the deployment's own probabilities behave.

The probabilities that a deployment answered are explained by an additive model of what the applications said: numbers
in fifths, classes as they are. What an applicant's value adds to it, beyond the average applicant's, is what that
column has to do with the decision. So any kind of model can be asked, from outside, and a deployment that names reasons
which its own answers do not follow is found out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.evidence.tables import Column, Table

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Matrix = npt.NDArray[np.float64]

FEWEST = 150
"""Decisions of one model from which it is looked at by itself; those of smaller ones are looked at together."""
LEADING = 3
"""The first reason must be among so many that weigh most."""
LEAST = 0.1
"""What weighs less than so much of the spread of all log odds is nothing, on either side."""
_PARTS = 5
_EDGE = 0.002
"""Probabilities are kept this far from 0 and 1, where their log odds have no end."""
_RIDGE = 1.0

Seen = tuple[str, float, Mapping[str, Any]]
"""Of one decision: its model, its probability of default, and what the application said."""

FACTS_REASONS = Table(
    "facts_reasons",
    "every decline that needs reasons, beside what weighed against the applicant in the deployment's own answers",
    (
        Column("at", "real", "when the application came in"),
        Column("application_id", "text", "the dataset's key"),
        Column("reasons", "text", "codes as answered, joined by a blank"),
        Column("weighed", "text", "codes that did weigh against the applicant, the heaviest first"),
        Column("true_reasons", "boolean", "the first is among the three heaviest, and none spoke for the applicant"),
    ),
    settled=True,
)


@dataclass(frozen=True)
class Declined:
    """One decline, by its place among the decisions."""

    place: int
    at: float
    id: str
    reasons: tuple[str, ...]


def reason_rows(
    seen: Sequence[Seen], declined: Sequence[Declined], codes: Mapping[str, str], most: int
) -> Iterator[dict[str, Any]]:
    """Rows of `facts_reasons`; `codes` says which column each code is about."""
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
    """By column, what each application's value adds to the log odds that were answered, in spreads of these."""
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
    """A column as indicators: of its fifths where it is a number with many values, else of its values."""
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
    """What each column adds, in an additive model fitted by ridge regression, about its mean."""
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
