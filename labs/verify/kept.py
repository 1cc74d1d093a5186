"""Where a scenario's matrix is kept, and how one is put together."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from labs.base import paths
from labs.library.catalogue import Entry
from labs.verify import rules
from labs.verify.findings import Finding
from labs.verify.matrix import Matrix, kind_of
from labs.verify.mutants.results import Examined
from labs.verify.offline.extremes import Found
from labs.verify.results import Outcome, Results

OFFLINE = {"nothing": "extreme", "around": "altered", "lost": "altered", "sabotage": "altered"}
"""The matrix's kind of deployments that were played without a world."""

MUTANT = "mutant"
"""The matrix's kind of solutions with one small change."""


def file(entry: Entry, results: Path | None = None) -> Path:
    """Return where the matrix is kept: beside the results of its proof."""
    beside = results or paths.state() / "proofs" / f"{entry.scenario.id}.jsonl"
    return beside.with_name(f"{entry.scenario.id}.matrix.json")


def known(entry: Entry, results: Path | None = None) -> Matrix:
    """Return the matrix of all that is kept of this very scenario: beside the results, and of the results themselves.

    The results are there also where a proof was interrupted, or made elsewhere.
    """
    places = dict.fromkeys((file(entry, results), file(entry)))
    made = Matrix(entry.scenario.id, entry.hash)
    for found in (Matrix.read(place, entry.hash) for place in places):
        made.rows = (found.rows if found else {}) | made.rows
    exams = Results(results or paths.state() / "proofs" / f"{entry.scenario.id}.jsonl").of(entry.hash, None)
    made = of_proof(entry, (one for one in exams.values() if one.scenario == entry.scenario.id), made)
    for name, outcome in _mutants(entry):
        made.add(name, "mutant", [outcome])
    return made


def _mutants(entry: Entry) -> Iterator[tuple[str, Outcome]]:
    """Yield what `scenario mutate` has kept of this very scenario, each mutant by place and digest."""
    place = paths.state() / "mutants" / f"{entry.scenario.id}.jsonl"
    for line in place.read_text("utf-8").splitlines() if place.is_file() else ():
        try:
            row = json.loads(line)
            mutant = row.pop("mutant")
            outcome = Outcome.from_json(row)
            name = f"{mutant['file']}:{mutant['line']} {mutant['digest'][:8]}"
        except (ValueError, KeyError, TypeError):
            continue  # the last line of a run that was torn off
        if outcome.scenario_hash == entry.hash and outcome.result != "error":
            yield name, outcome


def of_proof(entry: Entry, outcomes: Iterable[Outcome], known: Matrix | None = None) -> Matrix:
    """Return the matrix of a proof's exams; of `known` it takes the deployments that were not examined now."""
    made, by_use = Matrix(entry.scenario.id, entry.hash), _by_use(outcomes)
    for use, some in by_use.items():
        made.add(use, kind_of(use), some)
    for use, row in (known.rows if known else {}).items():
        made.rows.setdefault(use, row)
    return made


def _by_use(outcomes: Iterable[Outcome]) -> dict[str, list[Outcome]]:
    found: dict[str, list[Outcome]] = {}
    for one in outcomes:
        if one.result != "error":
            found.setdefault(one.trial.use, []).append(one)
    return found


def with_extremes(entry: Entry, known: Matrix | None, found: Found) -> Matrix:
    """Return the matrix with what was played without a world, in the place of what was played so before."""
    rows = {use: row for use, row in (known.rows if known else {}).items() if row.kind not in OFFLINE.values()}
    made = Matrix(entry.scenario.id, entry.hash, rows)
    for one in found.extremes.values():
        made.add(one.name, OFFLINE[one.kind], one.reports.values())
    return made


def with_mutants(entry: Entry, known: Matrix | None, examined: Iterable[Examined]) -> Matrix:
    """Return the matrix with these mutants, in the place of those that were examined before."""
    rows = {use: row for use, row in (known.rows if known else {}).items() if row.kind != MUTANT}
    made = Matrix(entry.scenario.id, entry.hash, rows)
    for one in examined:
        if one.outcome.result != "error":
            made.add(one.mutant.use, MUTANT, [one.outcome])
    return made


def findings(entry: Entry, matrix: Matrix) -> list[Finding]:
    """Return what the matrix finds wrong with the scenario."""
    shortcuts = {use: entry.shortcut(use) for use in entry.uses()}
    return rules.findings(entry.scenario, matrix, {use: one.fails for use, one in shortcuts.items() if one})
