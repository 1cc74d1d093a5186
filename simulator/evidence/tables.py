"""The tables of an evidence folder, and the meaning of each row.

Every row has columns like `at`, in wall seconds since the lap's start. The reader adds the `ADDED` columns to every
table; a row belongs to the phase of its `clock` column. (`at` is a reserved word in DuckDB: in a query it is written
`"at"`, or after its table's name.)
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

Type = Literal["text", "integer", "real", "boolean"]


@dataclass(frozen=True)
class Column:
    """One column; every column may be null."""

    name: str
    type: Type
    about: str = ""


ADDED = ("lap", "phase", "phase_at")
"""Columns that the reader adds to every table: lap number, phase name (null outside), seconds since that phase
began."""


@dataclass(frozen=True)
class Table:
    """One append-only JSON-lines table, declared by the core, a part or a workload.

    Raises `ValueError` when a column has the name of one that the reader adds.
    """

    name: str
    about: str
    columns: tuple[Column, ...]
    clock: str = "at"
    """The column with the wall second that decides which phase a row belongs to."""
    settled: bool = False
    """Whether it is complete only after the lap, so that it is graded on whole laps only."""

    def __post_init__(self) -> None:
        taken = [c.name for c in self.columns if c.name in ADDED]
        if taken:
            raise ValueError(f"table {self.name!r}: the reader adds {', '.join(taken)} itself")

    def to_json(self) -> dict[str, Any]:
        """Return plain data for `run.json`, so that a grader needs no part or workload to read what it wrote."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Return the table that `to_json` described."""
        columns = tuple(Column(**c) for c in data["columns"])
        return cls(data["name"], data["about"], columns, data["clock"], data.get("settled", False))


AT = Column("at", "real", "wall seconds since the lap's start")

REQUESTS = Table(
    "requests",
    "every request that traffic intended, sent or not",
    (
        Column("id", "text", "unique within the lap"),
        Column("stream", "text", "name of the traffic in the scenario"),
        Column("key", "text", "business key, such as an order number"),
        Column("intended_at", "real", "when it was due; latency counts from here"),
        Column("sent_at", "real", "when the generator sent it; null: never"),
        Column("done_at", "real", "when the answer was complete; null: no answer"),
        Column("status", "integer", "HTTP status; null: no answer"),
        Column("outcome", "text", "ok · wrong · error · timeout · unsent"),
        Column("detail", "text", "why it is not ok"),
    ),
    clock="intended_at",
)
CALLS = Table(
    "calls",
    "what each part saw of the deployment",
    (
        AT,
        Column("done_at", "real", "when the part answered; null: the caller left"),
        Column("part", "text", "the part, as the scenario names it"),
        Column("route", "text", "operation, as the part names it"),
        Column("status", "integer", "HTTP status, where there is one"),
        Column("result", "text", "ok, or the part's own error code"),
        Column("key", "text", "business key, where the call carried one"),
    ),
)
ATTEMPTS = Table(
    "attempts",
    "every request that the deployment sent over a link that speaks HTTP, and how it ended for the deployment",
    (
        AT,
        Column("ended_at", "real", "when its answer had passed, or nothing more could come of it"),
        Column("link", "text", "the link, as the scenario names it"),
        Column("connection", "integer", "number of the connection"),
        Column("method", "text", "null: the connection was refused"),
        Column("path", "text", "without the query"),
        Column("action", "text", "SOAPAction, where there is one"),
        Column("key", "text", "business key, where the link knows one"),
        Column("operation", "text", "the same for attempts at the same: path, action and key; without one, all of it"),
        Column("guarded", "boolean", "whether it carried an Idempotency-Key"),
        Column("status", "integer", "of the target or of a fault in its place; null: no answer began"),
        Column("retry_after", "real", "seconds that the answer asked to wait"),
        Column("result", "text", "answered · broken (on the way) · left (by the deployment) · refused · open"),
    ),
)
CONNECTIONS = Table(
    "connections",
    "every connection that the deployment made over a link",
    (
        AT,
        Column("used_at", "real", "when bytes last passed"),
        Column("closed_at", "real", "null: open at the lap's end"),
        Column("link", "text", "the link, as the scenario names it"),
        Column("connection", "integer", "its number"),
    ),
)
FAULTS = Table(
    "faults",
    "every fault that actually struck",
    (
        AT,
        Column("link", "text", "the link, as the scenario names it"),
        Column("kind", "text", "the fault's name"),
        Column("request", "text", "id of the request on ingress; behind the deployment null"),
        Column("key", "text", "business key, where the link knows one"),
        Column("lasted", "real", "seconds that it held something up"),
        Column("detail", "text", "method and path of what it struck, on http"),
        Column("effect", "text", "what it did, where its kind does not say that"),
    ),
)
LEDGER = Table(
    "ledger",
    "what each outcome was worth to the customer, in the customer's currency",
    (
        AT,
        Column("account", "text", "the account that it is booked on, as the workload names it"),
        Column("amount", "real", "a loss is negative"),
        Column("cause", "text", "what it was for"),
        Column("key", "text", "business key"),
    ),
    settled=True,
)
CORRUPTIONS = Table(
    "corruptions",
    "every difference between a dataset as it should be and as the customer delivers it; written before the lap begins",
    (
        Column("at", "real", "always null: the data was so from the start"),
        Column("dataset", "text", "the dataset, as the scenario names it"),
        Column("what", "text", "cell · extra (a copied row) · moved (a row) · renamed · added (a column)"),
        Column("row", "integer", "delivered row, from 0; of a renamed or added column the first"),
        Column("key", "text", "the row's business key, clean"),
        Column("column", "text", "its name in the clean data; null: the row"),
        Column("kind", "text", "kind of dirt"),
        Column("mechanism", "text", "ECAR (at random) · EAR (by other columns) · ENAR (by the value itself)"),
        Column("clean", "text", "value, row number or name as it should be; null: there is none"),
        Column("dirty", "text", "value, row number or name as delivered; null: missing"),
    ),
    settled=True,
)
DRIFTS = Table(
    "drifts",
    "every true change point of the datasets; written before the lap begins",
    (
        Column("at", "real", "wall second at which its simulated time comes; null: it came before the lap"),
        Column("dataset", "text", "the dataset, as the scenario names it"),
        Column("column", "text", "the column that changes"),
        Column("drift", "text", "covariate · concept · label"),
        Column("shape", "text", "sudden · gradual · ramp"),
        Column("sim", "text", "simulated time at which it begins"),
        Column("until", "text", "simulated time at which it is complete"),
        Column("row", "integer", "first row of the clean data after its begin; null: there is none"),
        Column("key", "text", "that row's business key"),
        Column("before", "text", "parameters of the column until then, as JSON"),
        Column("after", "text", "parameters from then on"),
    ),
    settled=True,
)
PROBES = Table(
    "probes",
    "end-of-lap questions to the customer's systems",
    (
        AT,
        Column("part", "text", "the part, as the scenario names it"),
        Column("name", "text", "the probe, as the scenario names it"),
        Column("value", "real", "the answer"),
        Column("detail", "text", "what there is to say beside the value"),
    ),
    settled=True,
)
MESSAGES = Table(
    "messages",
    "what people wrote to the learner",
    (AT, Column("sender", "text", "the person, as the scenario names them"), Column("text", "text", "what they wrote")),
)
LOGS = Table(
    "logs",
    "what the deployment printed",
    (
        AT,
        Column("service", "text", "the process: a service, a part, or the field"),
        Column("stream", "text", "stdout or stderr"),
        Column("line", "text", "what it printed, cut where it is too long"),
    ),
)
RESOURCES = Table(
    "resources",
    "what each process used, about once a second",
    (
        AT,
        Column("service", "text", "the process: a service, a part, or the field"),
        Column("cpu", "real", "cores"),
        Column("memory", "integer", "bytes"),
        Column("pids", "integer", "processes and threads"),
        Column("throttled", "real", "seconds held back by the CPU limit since the last row"),
    ),
)
LOOKUPS = Table(
    "lookups",
    "names that the deployment tried to resolve outside its own world",
    (AT, Column("name", "text", "the name that was asked for")),
)
CUTS = Table(
    "cuts",
    "that the deployment caused more rows of a table than are kept: a check that reads the table cannot pass",
    (
        Column("at", "real", "when the first of them was dropped; null: told when the lap was over"),
        Column("source", "text", "the table"),
        Column("writer", "text", "who had them to write"),
        Column("dropped", "integer", "rows so far"),
    ),
)

TESTS = Table(
    "tests",
    "what the workspace's own tests said before the lap, where the scenario has them run",
    (
        Column("at", "real", "always null: it was before the lap"),
        Column("name", "text", "the test, as pytest calls it; of what is no test, pytest"),
        Column("outcome", "text", "passed · failed · error (did not get to run) · skipped"),
        Column("detail", "text", "why, where it did not pass"),
    ),
    settled=True,
)
CORE = (
    REQUESTS,
    CALLS,
    ATTEMPTS,
    CONNECTIONS,
    FAULTS,
    LEDGER,
    CORRUPTIONS,
    DRIFTS,
    PROBES,
    TESTS,
    MESSAGES,
    LOGS,
    RESOURCES,
    LOOKUPS,
    CUTS,
)
