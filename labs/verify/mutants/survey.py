"""A survey of a scenario's mutants: a sample that grows, exams side by side, and the score of the grade."""

import contextlib
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader.grade import grade
from labs.base import paths
from labs.base.cancel import CancelToken
from labs.base.errors import CouldNotJudge
from labs.base.files import remove_tree
from labs.exam.run import ExamRequest, run_exam
from labs.library.catalogue import Entry
from labs.verify import cpu
from labs.verify.calibrate import apply
from labs.verify.holding import Held, hold, only_one
from labs.verify.mutants.making import Mutant, made
from labs.verify.mutants.results import TARGET, UNCHANGED, Examined, Kept, Score, covers, mark_of
from labs.verify.mutants.sampling import ordered
from labs.verify.results import Outcome, Trial
from scenarios.equivalents import Equivalent, load
from simulator.protocol.events import Event as WorldEvent

STAGES = (20, 40, 60)
"""Sizes of a sample that grows."""
_TRIES = 4
"""How often an exam is held that could not be judged; each time with half as many beside it."""
_FILLED = 0.8
"""Share of the cores that exams side by side may keep busy: beyond, they spoil one another's verdicts."""
_MOST = 16


@dataclass(frozen=True)
class Settings:
    """How much to examine."""

    sample: int | None = None
    """How many mutants; left out: 20, 40, 60, until the target is out of reach."""
    seed: int = 1
    """Of the sample, and of every exam."""
    runtime: str = "local"
    jobs: int | None = None
    """Exams side by side; left out: as many as this machine has cores for, by what an unchanged solution takes."""
    fresh: bool = False
    """Examine anew what the results file knows of this very scenario and by this very code."""
    results: Path | None = None
    """Left out: below the state folder."""

    def results_file(self, entry: Entry) -> Path:
        """Where outcomes are kept."""
        return self.results or paths.state() / "mutants" / f"{entry.scenario.id}.jsonl"


@dataclass
class Survey:
    """What came out."""

    mutants: int
    """How many there are to choose from."""
    seed: int
    examined: list[Examined] = field(default_factory=list)
    """In the order of the sample."""
    equivalents: list[tuple[Mutant, Equivalent]] = field(default_factory=list)
    """Of the sample, those that make no difference, as the author says; they were not examined."""
    unmatched: list[Equivalent] = field(default_factory=list)
    """What the author says of changes that no operator makes."""

    @property
    def survivors(self) -> list[Examined]:
        """Those that passed."""
        return [one for one in self.examined if one.outcome.result == "passed"]

    @property
    def score(self) -> Score:
        """How many of them the grade notices."""
        return Score.of(((one.outcome.result, one.started) for one in self.examined), len(self.equivalents))

    @property
    def holds(self) -> bool:
        """Whether the target is reached, and every mark of the author's is about something."""
        share = self.score.share
        return share is not None and share >= TARGET and not self.unmatched


Progress = Callable[[str, WorldEvent | Held], None]
"""Takes each event of each exam's world, and that it was held, with the name of what is examined."""


def survey(
    entry: Entry, settings: Settings, progress: Progress, grown: Callable[[Survey], None] = lambda _survey: None,
    cancel: CancelToken | None = None,
) -> Survey:  # fmt: skip
    """Examine a sample of the scenario's mutants, and tell of each size of it once it has `grown` to it.

    Raises `UsageProblem` where mutmut is not installed, `CouldNotJudge` where an unchanged solution does not pass
    (what is made of it would show nothing), and `Interrupted`; what was held until then is kept for the next time.
    """
    cancel = cancel or CancelToken()
    mutants = made(entry)
    order = ordered(mutants, settings.seed)
    marks = load(entry.folder)
    unmatched = [mark for mark in marks if not any(covers(mark, mutant) for mutant in mutants)]
    with only_one(entry):
        bench = _Bench(entry, settings, progress, cancel)
        bench.check_solutions(sorted({mutant.of for mutant in mutants}))
        for size in (settings.sample,) if settings.sample else STAGES:
            found = Survey(len(mutants), settings.seed, unmatched=unmatched)
            marked = [(mutant, mark_of(mutant, marks)) for mutant in order[:size]]
            found.equivalents = [(mutant, mark) for mutant, mark in marked if mark is not None]
            found.examined = bench.examine([mutant for mutant, mark in marked if mark is None])
            grown(found)
            if size >= len(order) or found.score.interval()[1] < TARGET:
                break
    return found


class _Bench:
    """Where mutants are examined, and what is known of them."""

    def __init__(self, entry: Entry, settings: Settings, progress: Progress, cancel: CancelToken) -> None:
        self._entry, self._settings, self._progress, self._cancel = entry, settings, progress, cancel
        self._kept = Kept(settings.results_file(entry))
        self._known: dict[str, Outcome] = {}
        if not settings.fresh:
            self._known = self._kept.of(entry.hash, entry.code, settings.seed, settings.runtime)
        self._jobs = settings.jobs or 1
        self._same: list[Mutant] = []
        self._borne = 0.0
        """How much slower than alone an unchanged solution worked here, and passed: strain that excuses no mutant."""

    def check_solutions(self, uses: Sequence[str]) -> None:
        """Examine the unchanged solutions, which must pass; how busy they keep the machine says how many it endures."""
        self._same = [_unchanged(use) for use in uses]
        busiest = 0.0
        for one in self.examine(self._same):
            if one.outcome.result != "passed":
                hint = "see `fdelab scenario verify`; or take another --seed"
                what = f"the unchanged {one.mutant.of} {one.outcome.result} with seed {self._settings.seed}"
                raise CouldNotJudge(f"{what}: {one.outcome.reason}", hint)
            busiest = max(busiest, one.outcome.cores or 0.0)
            self._borne = max(self._borne, one.outcome.slowdown or 0.0)
        if self._settings.jobs is None and busiest:
            self._jobs = max(1, min(_MOST, int(_FILLED * (os.cpu_count() or 1) / busiest)))

    def examine(self, mutants: Sequence[Mutant]) -> list[Examined]:
        """Return what their exams came to; those that could not be judged are held again, with ever fewer at once."""
        jobs, left = self._jobs, [mutant for mutant in mutants if mutant.use not in self._known]
        for time in range(_TRIES):
            if not left:
                break
            if time:
                self._control()
            hold(left, self._one, jobs, lambda mutant, held: self._progress(mutant.use, held), self._cancel)
            left = [mutant for mutant in left if self._known[mutant.use].result == "error"]
            jobs = max(1, jobs // 2)
        return [Examined(mutant, self._known[mutant.use]) for mutant in mutants]

    def _control(self) -> None:
        """See how much strain the unchanged solutions bear here and now.

        On a machine that is busy with other things failing says nothing, and passing does: without this, mutants that
        fail would be left out and those that live would not.
        """

        def one(same: Mutant) -> None:
            with self._place(same) as place:
                outcome = self._outcome(same, place)
            if outcome.result == "passed":
                self._borne = max(self._borne, outcome.slowdown or 0.0)

        hold(self._same, one, 1, lambda same, held: self._progress(same.use, held), self._cancel)

    @contextlib.contextmanager
    def _place(self, mutant: Mutant) -> Iterator[Path]:
        place = paths.state() / "mutants" / f"{self._entry.scenario.id}-{mutant.digest}-{secrets.token_hex(2)}"
        try:
            yield place
        finally:
            remove_tree(place)

    def _one(self, mutant: Mutant) -> None:
        with self._place(mutant) as place:
            outcome = self._outcome(mutant, place)
        self._known[mutant.use] = outcome
        self._kept.add(Examined(mutant, outcome))

    def _outcome(self, mutant: Mutant, place: Path) -> Outcome:
        workspace, evidence = place / "workspace", place / "evidence"
        self._entry.materialise(mutant.of, workspace)
        if mutant.file:
            (workspace / mutant.file).write_text(mutant.text, "utf-8")
        trial = Trial(mutant.use, self._settings.seed, self._settings.runtime)
        order = ExamRequest(self._entry, None, workspace, runtime=trial.runtime, seed=trial.seed, out=evidence)
        try:
            run_exam(order, lambda event: self._progress(mutant.use, event), self._cancel)
        except CouldNotJudge as error:
            return Outcome(trial, self._entry.scenario.id, self._entry.hash, "error", None, error.what, None, {},
                           calibrated=True, code=self._entry.code)  # fmt: skip
        scale = self._entry.scale()
        if scale is not None:
            apply(evidence, scale | {"bears": max(scale.get("bears") or 0.0, self._borne)})
        found = Outcome.of(trial, grade(evidence), self._entry.code, calibrated=scale is not None)
        return replace(found, cores=cpu.cores(evidence))


def _unchanged(use: str) -> Mutant:
    """Return a solution as a mutant of which nothing is changed, so that results know of it as of the others."""
    return Mutant(use, "", 0, "", UNCHANGED, "", "", "", "")
