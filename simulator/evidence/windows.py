"""Decide which stretches of which laps count, for an exam and for a check of a live world.

Pure: it depends only on the laps' `run.json` and on how far each lap has come. A phase can be graded once it has ended,
every answer to it has come or timed out, no redeploy happened in it or later, and nobody had a toxic on a link
meanwhile.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scenarios.phases import DRAIN
from simulator.clock import Span
from simulator.evidence.run import CustomerRun, Run


@dataclass(frozen=True)
class Window:
    """One occurrence of a phase: wall seconds `[begins, ends)` of lap `lap`."""

    lap: int
    phase: str
    begins: float
    ends: float
    graded: bool
    counts: bool = True
    """Whether money and gates look at it."""

    @property
    def drain(self) -> bool:
        """Whether this is the end of the lap, in which answers still come and no traffic is sent."""
        return self.phase == DRAIN


@dataclass(frozen=True)
class Windows:
    """What counts: each phase's latest complete occurrence, and the lap whose totals count."""

    latest: tuple[Window, ...]
    """At most one window a phase, graded or not, in the order of the phases."""
    whole: tuple[Window, ...]
    """All phases of the latest whole lap, including the drain; empty when there is none."""
    graded: tuple[str, ...]
    """Names of the phases that are graded when a check names none, in order."""
    waiting: tuple[str, ...]
    """Graded phases without a complete occurrence so far."""

    @property
    def whole_lap(self) -> int | None:
        """The number of the lap whose totals count; None when there is none."""
        return self.whole[0].lap if self.whole else None


def exam(run: CustomerRun) -> Windows:
    """Return all phases of the one lap of an exam."""
    windows = tuple(_window(run.lap, span) for span in run.spans)
    graded = tuple(dict.fromkeys(w.phase for w in windows if w.graded))
    return Windows(windows, windows, graded, ())


def live(runs: Sequence[Run], reached: Mapping[int, float]) -> Windows:
    """Return the latest complete occurrence of each phase since the last redeploy.

    `reached` has the wall second that the evidence of each lap reaches. Laps that failed through our fault, or in which
    the deployment did not start, prove nothing and are left out.
    """
    laps = sorted((run for run in runs if _says_something(run)), key=lambda run: run.lap)
    newest = max(runs, key=lambda run: run.lap)
    since = max(((run.lap, at) for run in runs for at in run.redeploys), default=(0, 0.0))
    latest: dict[str, Window] = {}
    whole: tuple[Window, ...] = ()
    graded = tuple(dict.fromkeys(p.name for p in newest.scenario.phases if p.graded))
    for run in laps:
        over = [
            _window(run.lap, span)
            for span in run.spans
            if (run.lap, span.begins) >= since
            and not _tampered(run, span)
            and (run.finished or _over(run, span, reached.get(run.lap, 0.0)))
        ]
        latest |= {w.phase: w for w in over}
        names = {w.phase for w in over}
        if run.finished and len(over) == len(run.spans) and names.issuperset(graded):
            whole = tuple(over)
    order = [*dict.fromkeys(span.name for span in newest.spans)]
    found = sorted(latest.values(), key=lambda w: (order.index(w.phase) if w.phase in order else -1, w.lap))
    return Windows(tuple(found), whole, graded, tuple(name for name in graded if name not in latest))


def _says_something(run: Run) -> bool:
    return run.failed is None and (run.deployment is None or run.deployment.started)


def _tampered(run: Run, span: Span) -> bool:
    """Whether a toxic was on a link while the phase lasted: then it was not what the scenario says."""
    ends = [*(later.at for later in run.toxics[1:]), math.inf][: len(run.toxics)]
    return any(
        on.active and on.at < span.ends and until > span.begins for on, until in zip(run.toxics, ends, strict=True)
    )


def _window(lap: int, span: Span) -> Window:
    return Window(lap, span.name, span.begins, span.ends, span.graded, span.counts)


def _over(run: Run, span: Span, reached: float) -> bool:
    """Whether no answer to a request of this phase can still come: the drain is as long as the longest time-out."""
    drain = run.spans[-1]
    return reached >= span.ends + (drain.ends - drain.begins)
