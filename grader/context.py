"""What a check can see: the evidence, narrowed to the phases that the check is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scenarios.model import Scenario
from scenarios.phases import DRAIN
from simulator.evidence.reader import Evidence
from simulator.evidence.run import Calibration
from simulator.evidence.sql import text
from simulator.evidence.tables import Table
from simulator.evidence.windows import Window, Windows

LATE_S = 0.250
"""Seconds after its due time from which a request that was sent counts as another one than was meant."""
_GIVEN_TIME = f"outcome <> 'unsent' and not (outcome = 'timeout' and sent_at - intended_at >= {LATE_S})"
"""SQL condition: the deployment had time to answer the request. A time-out counts from when a request was due."""


class Unobservable(Exception):
    """A check cannot be asked of this evidence; the message says why. It is never the learner's fault."""


@dataclass(frozen=True)
class GradingContext:
    """Everything that one report is based on."""

    evidence: Evidence
    windows: Windows
    scenario: Scenario
    calibration: Calibration | None = None
    live: bool = False
    """Whether a phase that has not come yet may still come."""
    truth: bool = True
    """Whether the report is for somebody who may see the truth behind a check that failed: an instructor."""
    as_sent: bool = False
    """Judge as if the traffic generator had never been late: count latency from when a request was sent, and leave out
    requests that were not sent, or so late that they had timed out before the deployment could answer."""

    def narrow(self, reads: frozenset[str], during: Sequence[str] | None, *, watched: bool = False) -> "EvidenceView":
        """Return the view for a question that reads these tables in the phases `during`; None means all graded ones.

        With `watched`, None means all phases that nothing excuses: warm-up and drain are among them.

        If one of the tables is complete only after the lap, all tables of the question are taken from the latest whole
        lap. Raises `Unobservable` for a phase that the scenario does not have, or that did not take place.
        """
        settled = any(self.evidence.tables[name].settled for name in reads if name in self.evidence.tables)
        found = self.windows.whole if settled else self.windows.latest
        names = tuple(during) if during is not None else self.windows.graded
        known = {DRAIN, *(phase.name for phase in self.scenario.phases)}
        for name in names:
            if name not in known:
                raise Unobservable(f"the engagement has no phase {name!r}")
        windows = tuple(w for w in found if w.phase in names or (watched and during is None and w.counts))
        missing = tuple(name for name in names if all(w.phase != name for w in windows))
        if missing and not self.live:
            raise Unobservable(f"phase {missing[0]!r} did not take place")
        if settled and not found:
            missing = ("a whole lap",)
        after = next((w for w in found if w.drain), None) if settled and during is None else None
        return EvidenceView(self.evidence, windows, missing, after, self.calibration, self.as_sent)


@dataclass(frozen=True)
class EvidenceView:
    """The evidence as one check sees it: every table has only the rows of the check's windows."""

    evidence: Evidence
    windows: tuple[Window, ...]
    missing: tuple[str, ...] = ()
    """The phases that it still waits for, in words."""
    after: Window | None = None
    """The lap's drain, when what was found in it or later counts, too."""
    calibration: Calibration | None = None
    as_sent: bool = False

    @property
    def seconds(self) -> float:
        """The windows' total length in wall seconds."""
        return sum(w.ends - w.begins for w in self.windows)

    @property
    def intended(self) -> int:
        """The number of requests that traffic intended in the windows."""
        return int(self.number("select count(*) from requests") or 0)

    def number(self, sql: str) -> float | None:
        """Return the one number that a question answers; None when it answers null or not-a-number.

        Raises `Unobservable` when the answer is not one number, and `duckdb.Error` when the question cannot be asked.
        """
        rows = self.evidence.ask(self.sql(sql))
        if len(rows) != 1 or len(rows[0]) != 1:
            several = "no row" if not rows else f"{len(rows)} rows" if len(rows) > 1 else f"{len(rows[0])} columns"
            raise Unobservable(f"the question answers {several}, not one number")
        value = rows[0][0]
        try:
            number = None if value is None else float(value)
        except (TypeError, ValueError):
            raise Unobservable(f"the question answers {value!r}, not a number") from None
        return None if number is None or number != number else number

    def rows(self, sql: str, most: int) -> list[dict[str, Any]]:
        """Return the first `most` rows of the answer, by column. Raises `duckdb.Error`."""
        return self.evidence.rows(self.sql(sql), most)

    def sql(self, question: str) -> str:
        """Return the complete question, with its tables narrowed, so that anybody can ask it of the same evidence."""
        mentioned = self.evidence.mentions(question)
        tables = [t for name, t in self.evidence.tables.items() if name in mentioned]
        if not tables:
            return question
        views = ", ".join(f'"{t.name}" as not materialized ({self._view(t)})' for t in tables)
        return f"with {views} {question}"

    def _view(self, table: Table) -> str:
        if table.name == "requests" and self.as_sent:
            source = f"select * replace (sent_at as intended_at) from main.requests where {_GIVEN_TIME} and"
        else:
            source = f'select * from main."{table.name}" where'
        return f"{source} ({self._condition(table)})"

    def _condition(self, table: Table) -> str:
        conditions = [
            f"lap = {lap} and phase in ({', '.join(text(w.phase) for w in self.windows if w.lap == lap)})"
            for lap in dict.fromkeys(w.lap for w in self.windows)
            if not self._repeats(lap)
        ]
        conditions += [
            f'lap = {w.lap} and "{table.clock}" >= {w.begins!r} and "{table.clock}" < {w.ends!r}'
            for w in self.windows
            if self._repeats(w.lap)
        ]
        if self.after and table.settled:
            conditions.append(f'lap = {self.after.lap} and coalesce("{table.clock}" >= {self.after.begins!r}, true)')
        return " or ".join(conditions) or "false"

    def _repeats(self, lap: int) -> bool:
        """Whether a phase occurred twice in that lap, so that its name does not say which one is meant."""
        names = [span.name for run in self.evidence.laps if run.lap == lap for span in run.spans]
        return len(names) != len(set(names))
