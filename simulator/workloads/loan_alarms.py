"""Hold alarms against what had changed by then, and against the first instalments that they speak of."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from simulator import gate
from simulator.clock import Timeline
from simulator.evidence.tables import CUSTOMER, EXAMINER, Column, Table

GUESS = 5
"""First instalments of loans since a change that must be due before an alarm is more than a guess."""
NEAR = timedelta(days=45)
"""How far the day that an alarm names may be from that of the change."""
SHOWS = 3.0
"""Standard deviations by which late instalments exceed what was to be expected, before they show anything at all."""
COUNTING = 1.0
"""Wall seconds that may pass between counting and saying; the lap goes on meanwhile."""
_COUNTED = 5
"""Loans by which the counts of an alarm may be off beside that."""
_LONGEST = 60

FACTS_ALARMS = Table(
    "facts_alarms",
    "every alarm that was raised, beside the loans that it speaks of, and what had truly changed",
    (
        Column("at", "real", "when it was raised"),
        Column("raised_at", "text", "simulated time"),
        Column("since", "text", "since when, as the alarm says, loans are paid back otherwise than before"),
        Column("instalments", "integer", "first instalments of those loans that were due, as the alarm says"),
        Column("late", "integer", "how many of them were late, as the alarm says"),
        Column("due", "integer", "first instalments of those loans that truly were due by then, and not deferred"),
        Column("due_late", "integer", "how many of them truly were late"),
        Column("expected", "real", "how many were to be expected late, by the probabilities that were answered"),
        Column("excess", "real", "how many standard deviations more there were"),
        Column("change", "integer", "the change that it is about, counted from 1; null: none", EXAMINER),
        Column("outcomes", "integer", "first instalments that were due by then of loans since that change", EXAMINER),
        Column("problem", "text", "why it is a false alarm; null: it is none", EXAMINER),
        Column("false_alarm", "boolean", "whether it is one", EXAMINER),
    ),
    settled=True,
    whose=CUSTOMER,
)
FACTS_CHANGES = Table(
    "facts_changes",
    "every time that it truly changed who pays back, and when the first alarm told of it",
    (
        Column("at", "real", "when it changed"),
        Column("change", "integer", "counted from 1"),
        Column("changed", "text", "simulated time", EXAMINER),
        Column("raised_at", "text", "simulated time of the first alarm about it; null: there was none"),
        Column("outcomes", "integer", "first instalments that were due by then of loans since the change"),
        Column("days", "real", "simulated days from the change to the alarm"),
        Column("alarms", "integer", "all alarms about it"),
    ),
    settled=True,
    whose=CUSTOMER,
)


@dataclass(frozen=True)
class Loan:
    """A loan that a deployment granted, and what came of it."""

    id: str
    applied: datetime
    due: datetime
    known: datetime
    first: Literal["paid", "late", "deferred"]
    defaulted: bool
    model: str
    probability: float

    def bad(self, now: datetime) -> bool | None:
        """Return whether it has gone bad, as far as that is known at `now`; None: nothing is known."""
        if now >= self.known:
            return self.defaulted
        return None if now < self.due or self.first == "deferred" else self.first == "late"


@dataclass(frozen=True)
class Late:
    """How likely a first instalment is late, of a loan that ends well and of one that does not."""

    good: float
    bad: float

    def excess(self, loans: Sequence[Loan]) -> tuple[float, float]:
        """Return how many are to be expected late by the answered probabilities, and how far off it is, in sd."""
        chances = [self.good + (self.bad - self.good) * one.probability for one in loans]
        spread = math.sqrt(sum(chance * (1 - chance) for chance in chances))
        late = sum(one.first == "late" for one in loans)
        return sum(chances), (late - sum(chances)) / spread if spread else 0.0


def alarm_rows(
    alarms: Sequence[Mapping[str, Any]],
    timeline: Timeline,
    changes: Sequence[datetime],
    loans: Sequence[Loan],
    chances: Late,
) -> Iterator[dict[str, Any]]:
    """Yield rows of `facts_alarms`, by time; `changes` has the days on which it truly changed who pays back."""
    for alarm in sorted(alarms, key=lambda a: str(a["raised_at"])):
        raised, since = gate.moment(alarm["raised_at"]), gate.moment(alarm.get("since"))
        counts = [_whole(alarm.get(name)) for name in ("instalments", "late")]
        row: dict[str, Any] = {
            "at": timeline.traffic_ends - 0.001 if raised is None else timeline.when(raised),
            "raised_at": str(alarm["raised_at"])[:_LONGEST] if raised is None else raised.isoformat(),
            "since": str(alarm.get("since"))[:_LONGEST] if since is None else since.isoformat(),
            "instalments": counts[0], "late": counts[1],
            "due": None, "due_late": None, "expected": None, "excess": None, "change": None, "outcomes": None,
        }  # fmt: skip
        if raised is None or since is None:
            # Nobody can tell when that was, so nothing that has changed can be meant.
            yield row | {"problem": "it does not say when", "false_alarm": True}
            continue
        meant = [one for one in loans if since <= one.applied and one.first != "deferred"]
        spoken = [one for one in meant if one.due <= raised]
        counted = timeline.sim(max(row["at"] - COUNTING, 0.0))
        least = [one for one in meant if one.due <= counted]
        row |= {"due": len(spoken), "due_late": sum(one.first == "late" for one in spoken)}
        row |= dict(zip(("expected", "excess"), chances.excess(spoken), strict=True))
        number = _meant(since, raised, changes)
        if number is not None:
            row |= {"change": number, "outcomes": _outcomes(loans, changes[number - 1], raised)}
        problem = _problem(row, counts, (len(least), sum(one.first == "late" for one in least)))
        yield row | {"problem": problem, "false_alarm": problem is not None}


def change_rows(
    changes: Sequence[datetime], timeline: Timeline, alarms: Sequence[Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Yield rows of `facts_changes`, from the rows of `facts_alarms`."""
    for number, changed in enumerate(changes, start=1):
        told = [row for row in alarms if row["change"] == number and not row["false_alarm"]]
        raised = datetime.fromisoformat(told[0]["raised_at"]) if told else None
        yield {
            "at": timeline.when(changed), "change": number, "changed": changed.isoformat(),
            "raised_at": raised and raised.isoformat(), "outcomes": told[0]["outcomes"] if told else None,
            "days": None if raised is None else (raised - changed).total_seconds() / 86400, "alarms": len(told),
        }  # fmt: skip


def _meant(since: datetime, raised: datetime, changes: Sequence[datetime]) -> int | None:
    """Return the number of the change that an alarm is about: one that had come, on about the day that it names."""
    came = [(abs(day - since), number) for number, day in enumerate(changes, start=1) if day <= raised]
    off, number = min(came, default=(NEAR, 0))
    return number if number and off <= NEAR else None


def _outcomes(loans: Sequence[Loan], changed: datetime, raised: datetime) -> int:
    return sum(one.applied >= changed and one.due <= raised for one in loans)


def _problem(row: Mapping[str, Any], counts: Sequence[int | None], least: Sequence[int]) -> str | None:
    for said, low, high in zip(counts, least, (row["due"], row["due_late"]), strict=True):
        if said is None or not low - _COUNTED <= said <= high + _COUNTED:
            return "its numbers are not those of the loans"
    if row["excess"] >= SHOWS:
        return None
    if row["change"] is None:
        return "nothing changed on about that day, and those loans show nothing"
    return "nobody could have seen it yet" if row["outcomes"] < GUESS else None


def _whole(value: Any) -> int | None:
    found = gate.real(value)
    return None if found is None or abs(found) > 1e9 else round(found)
