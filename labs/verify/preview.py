"""A scenario while it is being written: a lap of it, and each check beside its threshold; again at each save."""

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grader.report import CheckReport, Report
from grader.verdict import Result, Verdict
from labs.base import paths
from labs.base.cancel import CancelToken
from labs.base.errors import Interrupted, LabError, UsageProblem
from labs.base.files import remove_tree
from labs.base.saves import saves
from labs.exam.judging import judge
from labs.exam.run import ExamRequest, run_exam
from labs.exam.submission import Collected
from labs.library.catalogue import REFERENCE, Entry, find, locate
from labs.verify import kept, phases
from labs.verify.claims import SHORTCUT
from labs.verify.matrix import Matrix
from scenarios.model import Scenario
from scenarios.problems import did_you_mean
from simulator.protocol.events import Event as WorldEvent

Tell = Callable[[Scenario, WorldEvent], None]
"""Takes each event of the lap's world; from any thread."""
Shown = Callable[[], AbstractContextManager[Tell]]
"""Opens what a lap is shown on while it is played."""

OUTCOMES = {
    Verdict.PASS: "passed",
    Verdict.FAIL: "failed",
    Verdict.SKIPPED: "skipped",
    Verdict.ERROR: "not judged",
    Verdict.WAITING: "not in these phases",
}
"""What is said of a check: one waits only where not all phases are played."""


@dataclass(frozen=True)
class PreviewRequest:
    """What is to be played."""

    scenario: str
    """Slug, or path."""
    use: str = REFERENCE
    """One of the scenario's deployments, a shortcut's with or without `shortcut:`, or a folder with another."""
    phases: tuple[str, ...] = ()
    """Left out: a whole lap, as an exam is."""
    seed: int = 1
    runtime: str = "local"


@dataclass(frozen=True)
class Line:
    """One check."""

    check: CheckReport
    shortcuts: tuple[str, ...]
    """Those that failed it when they were examined."""

    @property
    def outcome(self) -> str:
        """Return what came of it, as one of `OUTCOMES`."""
        return OUTCOMES[self.check.verdict]

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        one = self.check
        return {
            "check": one.id, "family": one.family, "gate": one.gate, "value": one.value, "unit": one.unit,
            "observed": one.observed, "threshold": one.expected, "outcome": self.outcome, "points": one.points,
            "worth": one.worth, "reason": one.reason, "shortcuts": [*self.shortcuts],
        }  # fmt: skip


@dataclass(frozen=True)
class Previewed:
    """A lap that was played, and judged."""

    use: str
    seed: int
    phases: tuple[str, ...]
    """Those that were chosen, in the order of the scenario; none: all."""
    report: Report
    lines: tuple[Line, ...]
    examined: bool
    """Whether shortcuts of this very scenario were examined yet."""
    remarks: tuple[str, ...] = ()
    """What to know of what was taken from a folder."""

    @property
    def result(self) -> Result:
        """Return what came out; of some phases, whether all passes that can be judged in them and is not optional.

        Where nothing can be, that is an error.
        """
        if not self.phases:
            return self.report.result
        counts = (one.check for one in self.lines if (one.check.gate or one.check.weight) and not one.check.optional)
        found = {check.verdict for check in counts}
        if Verdict.ERROR in found:
            return Result.ERROR
        if found & {Verdict.FAIL, Verdict.SKIPPED}:
            return Result.FAILED
        return Result.PASSED if Verdict.PASS in found else Result.ERROR

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "scenario": self.report.scenario, "scenario_hash": self.report.scenario_hash, "use": self.use,
            "seed": self.seed, "runtime": self.report.runtime, "phases": [*self.phases] or None,
            "result": str(self.result), "score": None if self.phases else self.report.score,
            "examined": self.examined, "checks": [one.to_json() for one in self.lines],
            "warnings": [*self.report.warnings, *self.remarks],
        }  # fmt: skip


@dataclass(frozen=True)
class Saved:
    """Files were saved, and so it begins again."""

    files: tuple[Path, ...]


def preview(request: PreviewRequest, tell: Tell, cancel: CancelToken | None = None) -> Previewed:
    """Lint the scenario, play a lap of it, or the chosen phases, and judge that.

    Raises `ScenarioProblems` with all that lint finds, `UsageProblem` and `SubmissionInvalid` where it cannot be played
    so, `CouldNotJudge` where there is no evidence, and `Interrupted` once `cancel` is gone.
    """
    entry = find(request.scenario, lint=True)
    order = ordered(entry, request)
    chosen = tuple(phases.known(entry, request.phases))

    def progress(event: WorldEvent) -> None:
        tell(entry.scenario, event)

    if chosen:
        played = phases.play(order, chosen, progress, cancel)
        report, collected = played.report, played.collected
    else:
        report, collected = _lap(order, progress, cancel)
    matrix = kept.known(entry)
    remarks = collected.remarks if collected else ()
    use = order.use or str(order.workspace)
    examined = bool(matrix.of("shortcut"))
    return Previewed(use, request.seed, chosen, report, tuple(lines(report, matrix)), examined, remarks)


def ordered(entry: Entry, request: PreviewRequest) -> ExamRequest:
    """Return what is to be played, as exams are ordered. Raises `UsageProblem` where there is no such deployment."""
    order = ExamRequest(entry, runtime=request.runtime, seed=request.seed)
    uses = entry.uses()
    for name in (request.use, f"{SHORTCUT}{request.use}"):
        if name in uses:
            return replace(order, use=name)
    workspace = Path(request.use).expanduser()
    if not workspace.is_dir():
        what = f"{request.use!r} is neither a deployment of {entry.scenario.id} nor a folder"
        raise UsageProblem(what, did_you_mean(request.use, uses))
    return replace(order, use=None, workspace=workspace.resolve())


def lines(report: Report, matrix: Matrix) -> Iterator[Line]:
    """Yield each check of a report, with the shortcuts that a matrix has failing it."""
    shortcuts = matrix.of("shortcut")
    for check in report.checks:
        breakers = (use.removeprefix(SHORTCUT) for use in matrix.breakers(check.id) if use in shortcuts)
        yield Line(check, tuple(breakers))


def _lap(
    order: ExamRequest, progress: Callable[[WorldEvent], None], cancel: CancelToken | None
) -> tuple[Report, Collected | None]:
    """Hold an exam. Its evidence stays until the next one, so that `fdelab scenario sql` can ask more of it."""
    with tempfile.TemporaryDirectory(prefix="fdelab-preview-") as folder:
        held = run_exam(replace(order, out=Path(folder) / "lap"), progress, cancel)
        report = judge(held.evidence, full=True)
        # It is an extra: another preview of the same scenario may be at it, or the disk be full.
        with contextlib.suppress(OSError):
            _keep(held.evidence, paths.exams() / f"preview-{order.entry.scenario.id}")
    return report, held.collected


def _keep(evidence: Path, place: Path) -> None:
    """Put evidence in the place of what was there, whole or not at all."""
    draft = place.with_name(f".{place.name}")
    place.parent.mkdir(parents=True, exist_ok=True)
    for old in (draft, place):
        remove_tree(old)
    shutil.move(evidence, draft)
    draft.rename(place)


async def previews(request: PreviewRequest, shown: Shown) -> AsyncGenerator[Previewed | Saved | LabError]:
    """Yield what comes of a preview, or why there is none, and again at each save, for as long as somebody asks.

    A save while a lap is played ends that lap. Raises `UsageProblem` where there is no such scenario.
    """
    changes = saves(*_watched(request))
    saved = asyncio.ensure_future(anext(changes))
    try:
        while True:
            # Its first step begins to watch: what is saved from now on is not missed.
            await asyncio.sleep(0)
            found = await _unless(saved, request, shown)
            if found is not None:
                yield found
            yield Saved(tuple(await saved))
            saved = asyncio.ensure_future(anext(changes))
    finally:
        saved.cancel()
        await asyncio.gather(saved, return_exceptions=True)
        await changes.aclose()


def _watched(request: PreviewRequest) -> Sequence[Path]:
    other = Path(request.use).expanduser()
    return [locate(request.scenario).parent, *([other.resolve()] if other.is_dir() else [])]


async def _unless(
    saved: "asyncio.Future[list[Path]]", request: PreviewRequest, shown: Shown
) -> Previewed | LabError | None:
    """Return what comes of a preview; None where a save came before that."""
    cancel = CancelToken()
    with shown() as tell:
        lap = asyncio.ensure_future(asyncio.to_thread(preview, request, tell, cancel))
        either: set[asyncio.Future[Any]] = {lap, saved}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            # However this ends, no world is left.
            if not lap.done():
                cancel.cancel()
            await asyncio.gather(lap, return_exceptions=True)
    try:
        return lap.result()
    except Interrupted:
        return None
    except LabError as error:
        return error
