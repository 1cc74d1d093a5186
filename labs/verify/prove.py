"""A proof from begin to end: exams side by side, calibration, judgement, claims, incident."""

import contextlib
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from grader.grade import grade
from labs.base import paths
from labs.base.cancel import CancelToken
from labs.base.errors import UsageProblem
from labs.base.files import remove_tree
from labs.exam.run import ExamRequest, run_exam
from labs.library.catalogue import REFERENCE, UNTOUCHED, Entry
from labs.verify import bites, calibrate, claims, cpu, incident, recording
from labs.verify.holding import Held, hold, only_one
from labs.verify.neighbour import neighbour
from labs.verify.offline import shelf as played
from labs.verify.results import Outcome, Results, Trial
from simulator.protocol.events import Event as WorldEvent


@dataclass(frozen=True)
class Settings:
    """How much to prove."""

    seeds: tuple[int, ...] = (1, 2, 3, 4, 5)
    runtimes: tuple[str, ...] = ("auto",)
    jobs: int = 1
    """Exams side by side."""
    repeat: int = 1
    """How often each, with the same seed."""
    busy: bool = False
    """Whether a neighbour keeps one core busy meanwhile."""
    only: tuple[str, ...] = ()
    """Deployments to examine; empty: all. Then nothing is written beside the scenario."""
    resume: bool = False
    """Skip what the results file knows of this very scenario and by this very code. That keeps its verdict, by what was
    known then of the ends of the money scale; the new ones are judged by the mean of all."""
    results: Path | None = None
    """Left out: below the state folder."""

    @property
    def partial(self) -> bool:
        """Whether this is a look at something, which proves nothing of the whole."""
        return bool(self.only) or self.busy

    def results_file(self, entry: Entry) -> Path:
        """Where outcomes are kept."""
        return self.results or paths.state() / "proofs" / f"{entry.scenario.id}.jsonl"


@dataclass
class Proof:
    """What came out."""

    outcomes: dict[Trial, Outcome] = field(default_factory=dict)
    broken: dict[Trial, list[str]] = field(default_factory=dict)
    """Claims that do not hold, by exam."""
    written: list[Path] = field(default_factory=list)
    """Files that now ship with the scenario."""
    calibration: dict[str, Any] | None = None
    complete: bool = True
    """Whether every deployment of the scenario was examined, as it is."""

    @property
    def holds(self) -> bool:
        """Whether everything claimed holds."""
        return bool(self.outcomes) and not any(self.broken.values())


Progress = Callable[[Trial, WorldEvent | Held], None]
"""Takes each event of each exam's world, and that it was held."""


def matrix(entry: Entry, settings: Settings) -> list[Trial]:
    """Return the exams to hold, the two ends of the money scale first.

    Raises `UsageProblem` on an unknown deployment.
    """
    known = entry.uses()
    for use in settings.only:
        if use not in known:
            raise UsageProblem(f"{entry.scenario.id} has no deployment {use!r}", f"there are: {', '.join(known)}")
    uses = sorted(settings.only or known, key=lambda use: use not in (UNTOUCHED, REFERENCE))
    times = range(1, settings.repeat + 1)
    each = itertools.product(settings.runtimes, uses, settings.seeds, times)
    return [Trial(use, seed, runtime, time, settings.busy) for runtime, use, seed, time in each]


def prove(entry: Entry, settings: Settings, progress: Progress, cancel: CancelToken | None = None) -> Proof:
    """Examine the scenario's own deployments and write what a proven scenario ships with.

    Briefs are about an incident: where the scenario grades them, those that are there stay, and what is missing of them
    is made first. Raises `UsageProblem`, `CouldNotJudge` when an exam leaves no evidence, and `Interrupted`;
    what was held until then is kept for `resume`. Beside that, the results file and, unless it is `partial`, the
    scenario's files, nothing is left.
    """
    with only_one(entry):
        return _prove(entry, settings, progress, cancel or CancelToken())


def _prove(entry: Entry, settings: Settings, progress: Progress, cancel: CancelToken) -> Proof:
    lacking = recording.missing(entry) if entry.scenario.brief is not None else []
    if 1 in lacking and settings.partial:
        hint = "run `fdelab scenario verify` without --only and --busy, which makes one"
        raise UsageProblem("briefs are about an incident, and this scenario has none yet", hint)
    made = [] if settings.partial else _record(entry, lacking, settings.runtimes[0], progress, cancel)
    results = Results(settings.results_file(entry))
    trials = matrix(entry, settings)
    shelf = paths.state() / "proofs" / f"{entry.scenario.id}-{entry.hash[:12]}-{entry.code}"
    known = results.of(entry.hash, entry.code) if settings.resume else {}
    if not settings.resume:
        remove_tree(shelf)
    todo = [trial for trial in trials if trial not in known]
    with neighbour() if settings.busy and todo else contextlib.nullcontext():
        _hold(entry, todo, settings.jobs, shelf, progress, cancel)
    shipped = entry.scale() if settings.partial else None
    proof = _judge(entry, {trial: shelf / trial.slug for trial in todo}, known, trials, results, shipped)
    if proof.calibration is not None and not settings.partial:
        proof.written.append(calibrate.save(entry, proof.calibration, proof.outcomes.values(), proven=proof.holds))
    proof.written += made
    proof.complete = not settings.partial
    for trial in todo:
        if trial.use == REFERENCE and not settings.busy and proof.outcomes[trial].result == "passed":
            played.keep(entry, trial.seed, shelf / trial.slug)
    if not settings.partial and entry.scenario.brief is None:
        proof.written += _record(entry, [1], settings.runtimes[0], progress, cancel)
    remove_tree(shelf)
    return proof


def _hold(entry: Entry, todo: list[Trial], jobs: int, shelf: Path, progress: Progress, cancel: CancelToken) -> None:
    """Hold every exam that has no evidence on the shelf yet; the first that fails ends the others."""

    def one(trial: Trial) -> None:
        order = ExamRequest(entry, trial.use, runtime=trial.runtime, seed=trial.seed, out=shelf / trial.slug,
                            transcript=trial.use == REFERENCE)  # fmt: skip
        if (shelf / trial.slug / "run.json").is_file():
            return
        run_exam(order, lambda event: progress(trial, event), cancel)

    hold(todo, one, jobs, progress, cancel)


def _judge(
    entry: Entry,
    evidence: dict[Trial, Path],
    known: dict[Trial, Outcome],
    trials: list[Trial],
    results: Results,
    shipped: dict[str, Any] | None,
) -> Proof:
    """First what the ends are worth, unless that is `shipped`; then everything by that."""
    drafts = {trial: _draft(entry, trial, folder) for trial, folder in evidence.items()}
    found = calibrate.calibration(entry, [*drafts.values(), *(known[t] for t in trials if t in known)])
    by = shipped or found or entry.scale()
    proof = Proof(calibration=found)
    for trial in trials:
        if trial in evidence:
            if by is not None:
                calibrate.apply(evidence[trial], by)
            outcome = Outcome.of(trial, grade(evidence[trial]), entry.code, calibrated=by is not None)
            met = bites.bitten(entry.scenario, evidence[trial])
            outcome = replace(outcome, cores=cpu.cores(evidence[trial]), phases=drafts[trial].phases, limits=met)
            results.add(outcome)
        else:
            outcome = known[trial]
        proof.outcomes[trial] = outcome
        shortcut = entry.shortcut(trial.use)
        wrong = claims.broken(outcome, entry.scenario.pass_, shortcut.fails if shortcut else ())
        if wrong:
            proof.broken[trial] = wrong
    return proof


def _draft(entry: Entry, trial: Trial, evidence: Path) -> Outcome:
    """Return what came of an exam before anybody knows what the ends of the money scale are."""
    found = Outcome.of(trial, grade(evidence), entry.code, calibrated=False)
    scales = entry.scenario.draws and trial.use in (UNTOUCHED, REFERENCE) and found.ledger is not None
    return replace(found, phases=calibrate.by_phase(evidence)) if scales else found


def _record(entry: Entry, wanted: list[int], runtime: str, progress: Progress, cancel: CancelToken) -> list[Path]:
    def told(number: int, event: WorldEvent) -> None:
        progress(Trial(UNTOUCHED if number == 1 else f"incident-{number}", incident.SEED, runtime), event)

    return recording.record(entry, wanted, runtime, told, cancel)
