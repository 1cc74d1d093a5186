"""Hold what is on record about models against the trials of which it tells, and these against what came of the loans.

A trial is every loan on which champion and challenger were compared, with the probability of each. Both AUCs are
computed again from it: what a deployment says of itself is not believed.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from simulator import gate
from simulator.clock import Timeline
from simulator.evidence.tables import CUSTOMER, EXAMINER, Column, Table
from simulator.workloads.loan_alarms import COUNTING, Loan

FEWEST = 30
"""Loans that a trial has at least."""
_INSTANTS = 5
"""At so many, within the time that counting takes, it is looked what was known: the lap goes on meanwhile."""
_SAME_AUC = 0.02
_SAME_PROBABILITY = 0.002
_SHARE = 0.95
"""Of a trial's loans, those that must be as they should: a lap goes on while somebody counts."""

FACTS_MODELS = Table(
    "facts_models",
    "every model that decided, beside what is on record about it, and what its trial truly showed",
    (
        Column("at", "real", "the lap's end: the record is read when all is over"),
        Column("model", "text", "the model, as answers name it"),
        Column("first", "text", "simulated time of its first decision"),
        Column("decisions", "integer", "how many it decided"),
        Column("handed", "boolean", "the deployment was handed over with it"),
        Column("on_record", "boolean", "registered no later than it first decided"),
        Column("registered_at", "text", "simulated time; null: never"),
        Column("trained_until", "text", "the last application that it learned from, as registered"),
        Column("auc_champion", "real", "of the model before it, on the challenger's trial, as registered"),
        Column("auc_challenger", "real", "of itself, on the same"),
        Column("trial", "integer", "loans of its trial that are on record"),
        Column("found_champion", "real", "of the model before it, by the trial's own rows and what was known by then"),
        Column("found_challenger", "real", "of itself, by the same"),
        Column("problem", "text", "why it should not have decided; null: nothing speaks against it", EXAMINER),
        Column("sound", "boolean", "whether nothing speaks against it", EXAMINER),
    ),
    settled=True,
    whose=CUSTOMER,
)


@dataclass(frozen=True)
class Use:
    """One decision: when it was answered in simulated time, and by which model."""

    done: datetime
    model: str


@dataclass(frozen=True)
class Trial:
    """What a trial's rows come to, with what was known of the loans by the day of registration."""

    said: int
    """Rows that are on record."""
    bad: Sequence[bool]
    champion: Sequence[float]
    challenger: Sequence[float]
    """Of the rows that tell of a loan of which something was known."""
    later: int
    """Those of them that neither model can have learned from."""
    true: int
    asked: int
    """Of those that the champion had decided, the rows that have its answer."""

    @property
    def aucs(self) -> tuple[float | None, float | None]:
        """Return champion's and challenger's."""
        return auc(self.champion, self.bad), auc(self.challenger, self.bad)

    def problem(self) -> str | None:
        """Return what is wrong with it."""
        count = len(self.bad)
        if count < FEWEST or count < _SHARE * self.said:
            return f"{count} loans of its trial had an outcome by then, of {self.said} on record"
        if self.later < _SHARE * count:
            return "it was tried on loans that one of the two had learned from"
        if self.true < _SHARE * self.asked:
            return "the champion's probabilities in its trial are not those of its answers"
        return None


def model_rows(
    models: Sequence[Mapping[str, Any]],
    trials: Sequence[Mapping[str, Any]],
    uses: Sequence[Use],
    loans: Mapping[str, Loan],
    timeline: Timeline,
) -> Iterator[dict[str, Any]]:
    """Yield rows of `facts_models`, in the order in which the models decided."""
    record = {str(row["model"]): row for row in models}
    of_model: dict[str, list[Mapping[str, Any]]] = {}
    for row in trials:
        of_model.setdefault(str(row["model"]), []).append(row)
    first: dict[str, datetime] = {}
    counts: dict[str, int] = {}
    for use in sorted(uses, key=lambda one: one.done):
        first.setdefault(use.model, use.done)
        counts[use.model] = counts.get(use.model, 0) + 1
    before: str | None = None
    for model, done in first.items():
        row = record.get(model, {})
        found = _row(row, of_model.get(model, []), done, record.get(before or "", {}), loans, timeline)
        yield {"at": timeline.traffic_ends - 0.001, "model": model, "decisions": counts[model], **found}
        before = model


def _row(
    row: Mapping[str, Any],
    trial: Sequence[Mapping[str, Any]],
    done: datetime,
    champion: Mapping[str, Any],
    loans: Mapping[str, Loan],
    timeline: Timeline,
) -> dict[str, Any]:
    registered, until = gate.moment(row.get("registered_at")), gate.moment(row.get("trained_until"))
    said = gate.real(row.get("auc_champion")), gate.real(row.get("auc_challenger"))
    # The model that a deployment was handed over with is on record before the lap begins, without a clock.
    handed = bool(row) and row.get("registered_at") is None
    on_record = handed or (registered is not None and registered <= done)
    learned = [until, gate.moment(champion.get("trained_until"))]
    for now in _instants(registered or done, timeline):
        read = _read(trial, now, learned, champion, loans)
        problem = _problem(until, registered or done, said, read) if on_record and not handed else None
        if problem is None:
            break
    found = read.aucs
    if not on_record:
        problem = "it was not on record when it decided"
    return {
        "first": done.isoformat(), "handed": handed, "on_record": on_record,
        "registered_at": registered and registered.isoformat(), "trained_until": until and until.isoformat(),
        "auc_champion": said[0], "auc_challenger": said[1], "trial": len(trial), "found_champion": found[0],
        "found_challenger": found[1], "problem": problem, "sound": problem is None,
    }  # fmt: skip


def _instants(registered: datetime, timeline: Timeline) -> Iterator[datetime]:
    """Yield when the trial may have been held that is on record since then, the latest first."""
    at = timeline.when(registered)
    yield registered
    for number in range(1, _INSTANTS):
        yield timeline.sim(max(at - COUNTING * number / (_INSTANTS - 1), 0.0))


def _problem(
    until: datetime | None, registered: datetime, said: tuple[float | None, float | None], trial: Trial
) -> str | None:
    if until is None or until > registered:
        return "it does not say until when it learned"
    if (problem := trial.problem()) is not None:
        return problem
    for told, true in zip(said, trial.aucs, strict=True):
        if told is None or true is None or abs(told - true) > _SAME_AUC:
            return "the AUCs on record are not those of its trial"
    theirs, ours = trial.aucs
    assert theirs is not None
    assert ours is not None
    return None if ours > theirs else "it lost its trial"


def _read(
    rows: Sequence[Mapping[str, Any]],
    registered: datetime,
    learned: Sequence[datetime | None],
    champion: Mapping[str, Any],
    loans: Mapping[str, Loan],
) -> Trial:
    known = []
    for key, row in {str(row.get("application_id")): row for row in rows}.items():
        loan = loans.get(key)
        bad = None if loan is None else loan.bad(registered)
        both = gate.real(row.get("champion")), gate.real(row.get("challenger"))
        if loan is not None and bad is not None and both[0] is not None and both[1] is not None:
            known.append((loan, bad, both[0], both[1]))
    last = max((day for day in learned if day is not None), default=None)
    asked = [(loan, theirs) for loan, _, theirs, _ in known if loan.model == champion.get("model")]
    return Trial(
        len(rows),
        [bad for _, bad, _, _ in known],
        [theirs for _, _, theirs, _ in known],
        [ours for _, _, _, ours in known],
        sum(last is None or loan.applied > last for loan, *_ in known),
        sum(abs(loan.probability - theirs) <= _SAME_PROBABILITY for loan, theirs in asked),
        len(asked),
    )


def auc(scores: Sequence[float], bad: Sequence[bool]) -> float | None:
    """Return the chance that a bad loan has a higher score than a good one, ties counted by half; None: not both."""
    good, gone = (sorted(s for s, b in zip(scores, bad, strict=True) if b is which) for which in (False, True))
    if not good or not gone:
        return None
    wins = sum(bisect_left(good, score) + bisect_right(good, score) for score in gone) / 2
    return wins / (len(good) * len(gone))
