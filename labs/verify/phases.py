"""Some phases of a scenario alone, in a practice world: as `fdelab phase` has a lap begin with one of them.

A jump leaves the customer as the phases before have left them: what a shift has changed holds. So nothing is cut out of
the scenario itself, and checks wait for what is not played, as they do for a learner who practises.
"""

import contextlib
import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from grader import grade
from grader.report import CheckReport, Report
from grader.verdict import Verdict
from labs.base.cancel import CancelToken
from labs.base.errors import CouldNotJudge, UsageProblem
from labs.exam.run import ExamRequest, Progress, prepare, world_spec
from labs.exam.submission import Collected
from labs.library.catalogue import Entry
from labs.world.client import World
from scenarios.model import Scenario
from scenarios.problems import did_you_mean
from simulator.clock import Timeline
from simulator.evidence import held
from simulator.evidence.run import EvidenceError
from simulator.protocol.events import DeploymentFailed, Event, Failed, LapFailed, LapFinished, LapStarted

LOOK = 1.0
"""Seconds between two looks whether the last rows of a phase are on disk: the keeper writes as often."""

_AGAIN = "try again; see `fdelab doctor`"


@dataclass(frozen=True)
class Played:
    """What the phases that were played say of the deployment."""

    report: Report
    collected: Collected | None
    """What was taken from the folder, where the deployment is none of the scenario's own."""


def known(entry: Entry, phases: Iterable[str]) -> list[str]:
    """Return these phases in the order of the scenario. Raises `UsageProblem` where it has no such phase."""
    there, wanted = [phase.name for phase in entry.scenario.phases], set(phases)
    for name in sorted(wanted - {*there}):
        raise UsageProblem(f"{entry.scenario.id} has no phase {name!r}", did_you_mean(name, there))
    return [name for name in there if name in wanted]


def play(order: ExamRequest, phases: Sequence[str], progress: Progress, cancel: CancelToken | None = None) -> Played:
    """Play these phases, each once, and return what they say; leaves nothing behind, whatever happens.

    Phases that follow one another are played in one lap, and the ungraded ones right before them come too. Raises
    `UsageProblem` and `SubmissionInvalid` before anything runs, `CouldNotJudge` where the world does not last as long,
    and `Interrupted` once `cancel` is gone.
    """
    chosen = known(order.entry, phases)
    world = World.new()
    try:
        snapshot = world.next_snapshot()
        collected = prepare(order, snapshot)
        world.launch(world_spec(order, world, snapshot, exam=False))
        report = _play(world, _Laps(world, chosen), progress, cancel)
        return Played(of(report, order.entry.scenario, chosen), collected)
    finally:
        world.stop()
        world.remove()


def of(report: Report, scenario: Scenario, chosen: Sequence[str]) -> Report:
    """Return a report on practice laps, in which all checks wait that look at other phases than those chosen.

    While answers to the last of them may still come, a lap goes on with others, and says something of these too.
    """
    if not report.phases:  # it could not be judged at all, whichever the phases
        return report
    graded = [phase.name for phase in scenario.phases if phase.graded]
    during = {check.id: check.with_.get("during") or graded for check in scenario.checks}
    checks = (_waiting(one, [*(set(during.get(one.id, graded)) - {*chosen})]) for one in report.checks)
    return replace(report, checks=tuple(checks))


def _waiting(check: CheckReport, others: Sequence[str]) -> CheckReport:
    if not others and check.verdict is not Verdict.WAITING:
        return check
    reason = f"Waits for {', '.join(sorted(others))}" if others else check.reason
    return replace(
        check, verdict=Verdict.WAITING, credit=0.0, points=0.0, observed="–", value=None, margin=None,
        margin_share=None, reason=reason, hint=None, rows=(), sql=None,
    )  # fmt: skip


def _play(world: World, laps: "_Laps", progress: Progress, cancel: CancelToken | None) -> Report:
    # Only the newest laps are kept, unless somebody reads them.
    with contextlib.ExitStack() as kept:
        for events in world.looks(cancel=cancel):
            for event in events:
                progress(event)
                laps.heed(event)
                if isinstance(event, DeploymentFailed):
                    return _judged(world)
            if laps.due():
                report = _judged(world)
                if laps.over(report):
                    if not laps.todo:
                        return report
                    kept.enter_context(held.hold(world.files.laps))
                    laps.go_on()
    raise CouldNotJudge(laps.reason or "the world ended before its phases were played", _AGAIN)


def _judged(world: World) -> Report:
    try:
        with held.hold(world.files.laps) as folders:
            return grade.check(folders)
    except EvidenceError as error:
        raise CouldNotJudge(f"the evidence is broken: {error}", _AGAIN) from None


class _Laps:
    """The laps of a world in which the chosen phases come, one stretch of them a lap."""

    def __init__(self, world: World, chosen: Sequence[str]) -> None:
        self.todo = [*chosen]
        self.reason: str | None = None
        """Why the world ended, where it said so."""
        self._world = world
        self._playing: list[str] = []
        self._lap = 0
        self._due = math.inf
        self._finished = False

    def heed(self, event: Event) -> None:
        """Take notice of what happened. Raises `CouldNotJudge` where a lap failed that was to be played."""
        match event:
            case LapStarted():
                self._begun(event)
            case LapFinished() if event.lap == self._lap:
                self._finished = True
                self._due = 0.0
            case LapFailed() if self._playing and event.lap == self._lap:
                raise CouldNotJudge(event.reason, _AGAIN)
            case Failed():
                self.reason = event.reason

    def _begun(self, event: LapStarted) -> None:
        if self._playing:  # the next lap, begun before anybody looked what this one says
            return
        before, _ = Timeline(event.timeline).jump(self.todo[0])
        if before:
            self.go_on()
            return
        names = [span.name for span in event.timeline]
        first = names.index(self.todo[0])
        self._playing = [*takewhile(self.todo.__contains__, names[first:])]
        self._lap, self._finished = event.lap, False
        drain, last = event.timeline[-1], event.timeline[first + len(self._playing) - 1]
        # Until then an answer may still come to what was asked in the last of them.
        self._due = time.monotonic() + last.ends + drain.ends - drain.begins

    def due(self) -> bool:
        """Whether it is time to look what the evidence says."""
        return time.monotonic() >= self._due

    def over(self, report: Report) -> bool:
        """Whether the stretch that is being played is in the report, or the lap came to its end; then it is done."""
        played = {phase.name for phase in report.phases}
        if not (self._finished or played.issuperset(self._playing)):
            self._due = time.monotonic() + LOOK
            return False
        self.todo = [name for name in self.todo if name not in played.union(self._playing)]
        self._playing, self._due = [], math.inf
        return True

    def go_on(self) -> None:
        """Have the next lap begin with the first phase that was not played yet."""
        self._world.jump(self.todo[0])
