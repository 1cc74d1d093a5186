"""Compare what a deployment says about itself, in alarms and model records, with what had happened by then."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from simulator import gate
from simulator.clock import Timeline
from simulator.evidence.tables import CUSTOMER, EXAMINER, Column, Table

GUESS = 20
"""First instalments of loans under the new concept that must be due before an alarm is more than a guess."""
_LONGEST = 200

FACTS_ALARMS = Table(
    "facts_alarms",
    "every alarm that was raised, beside when the concept truly changed",
    (
        Column("at", "real", "when it was raised"),
        Column("raised_at", "text", "simulated time"),
        Column("monitor", "text", "the monitor that raised it, as the deployment names it"),
        Column("detail", "text", "what the deployment says of it"),
        Column("days", "real", "simulated days since the change; negative: before it; null: nothing changes", EXAMINER),
        Column(
            "outcomes",
            "integer",
            "first instalments that had come due by then of loans granted since the change",
            EXAMINER,
        ),
        Column("false_alarm", "boolean", "nothing had changed, or nobody could have seen it yet", EXAMINER),
    ),
    settled=True,
    whose=CUSTOMER,
)
FACTS_MODELS = Table(
    "facts_models",
    "every model that decided, beside what is on record about it",
    (
        Column("at", "real", "when it first decided"),
        Column("model", "text", "the model, as answers name it"),
        Column("decisions", "integer", "how many it decided"),
        Column("on_record", "boolean", "registered no later than it first decided"),
        Column("registered_at", "text", "simulated time; null: never"),
        Column("trained_until", "text", "the last application that it learned from, as registered"),
        Column("auc_champion", "real", "of the model before it, on the challenger's test, as registered"),
        Column("auc_challenger", "real", "of itself, on the same"),
        Column(
            "sound", "boolean", "on record, beat its champion, and learned from nothing that came after it", EXAMINER
        ),
    ),
    settled=True,
    whose=CUSTOMER,
)


def alarm_rows(
    alarms: Sequence[Mapping[str, Any]],
    timeline: Timeline,
    changed: datetime | None,
    due: Sequence[tuple[datetime, datetime]],
) -> Iterator[dict[str, Any]]:
    """Yield rows of `facts_alarms`.

    `due` has the times of application and of the first instalment of every loan.
    """
    since = [day for applied, day in due if changed is not None and applied >= changed]
    since.sort()
    for alarm in sorted(alarms, key=lambda a: str(a["raised_at"])):
        raised = gate.moment(alarm["raised_at"])
        said = {name: str(alarm.get(name))[:_LONGEST] for name in ("raised_at", "monitor", "detail")}
        if raised is None:
            # Nobody can tell when that was, so nothing that has changed can be meant.
            yield {"at": timeline.traffic_ends - 0.001, **said, "days": None, "outcomes": None, "false_alarm": True}
            continue
        outcomes = bisect_right(since, raised)
        yield {
            "at": timeline.when(raised), **said, "raised_at": raised.isoformat(),
            "days": None if changed is None else (raised - changed).total_seconds() / 86400,
            "outcomes": outcomes, "false_alarm": changed is None or outcomes < GUESS,
        }  # fmt: skip


def model_rows(
    models: Sequence[Mapping[str, Any]], uses: Sequence[tuple[float, datetime, str]]
) -> Iterator[dict[str, Any]]:
    """Yield rows of `facts_models`.

    `uses` has the wall second, simulated time and model of every decision.
    """
    record = {str(row["model"]): row for row in models}
    first: dict[str, tuple[float, datetime]] = {}
    counts: dict[str, int] = {}
    for at, applied, model in sorted(uses):
        first.setdefault(model, (at, applied))
        counts[model] = counts.get(model, 0) + 1
    for number, (model, (at, applied)) in enumerate(first.items()):
        row = record.get(model, {})
        registered, until = gate.moment(row.get("registered_at")), gate.moment(row.get("trained_until"))
        champion, challenger = gate.real(row.get("auc_champion")), gate.real(row.get("auc_challenger"))
        # The model that a deployment was handed over with is on record before the lap begins, without a clock.
        handed = bool(row) and row.get("registered_at") is None
        on_record = handed or (registered is not None and registered <= applied)
        beats = number == 0 or (champion is not None and challenger is not None and challenger > champion)
        past = until is not None and (until <= (registered or applied))
        yield {
            "at": at, "model": model, "decisions": counts[model], "on_record": on_record,
            "registered_at": registered and registered.isoformat(), "trained_until": until and until.isoformat(),
            "auc_champion": champion, "auc_challenger": challenger, "sound": on_record and beats and past,
        }  # fmt: skip
