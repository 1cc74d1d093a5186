"""The tables of an evidence folder, and the meaning of each row.

Every row has columns like `at`, in wall seconds since the lap's start. The reader adds the `ADDED` columns to every
table; a row belongs to the phase of its `clock` column. (`at` is a reserved word in DuckDB: in a query it is written
`"at"`, or after its table's name.)

Every column is either the customer's, because the customer's own systems, logs, books or people record it, or the
examiner's, because it takes the truth to know it. Learners are shown the customer's alone.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final, Literal, Self

Type = Literal["text", "integer", "real", "boolean"]
Audience = Literal["customer", "examiner"]
"""Whose something is. The examiner sees what is the customer's, too."""
CUSTOMER: Final = "customer"
EXAMINER: Final = "examiner"


@dataclass(frozen=True)
class Column:
    """One column; every column may be null."""

    name: str
    type: Type
    about: str = ""
    whose: Audience | None = None
    """Left out: its table's."""


ADDED = ("lap", "phase", "phase_at")
"""Columns that the reader adds to every table: lap number, phase name (null outside), seconds since that phase
began."""
ROW = "_row"
"""In the files of a table that both have a share of: the number of the row in its file, by which they are joined."""


@dataclass(frozen=True)
class Mask:
    """What the customer's side of a row says where only the examiner knows what is in it."""

    column: str
    """A column of text."""
    value: str
    """Rows with this value there are masked."""
    instead: Mapping[str, str | None]
    """What the customer has in their place, by column; of these columns, a masked row has the truth at the examiner's.
    """


@dataclass(frozen=True)
class Table:
    """One append-only JSON-lines table, declared by the core, a part or a workload.

    Raises `ValueError` when a column has the name of one that the reader adds, or nothing says whose a column is.
    """

    name: str
    about: str
    columns: tuple[Column, ...]
    clock: str = "at"
    """The column with the wall second that decides which phase a row belongs to."""
    settled: bool = False
    """Whether it is complete only after the lap, so that it is graded on whole laps only."""
    whose: Audience | None = field(default=None, kw_only=True)
    """Who may know which rows there are, and whose the columns are that do not say it themselves. Of a table of the
    examiner's, the customer has nothing; what a check finds there is shown with the columns that are the customer's."""
    mask: Mask | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        taken = [c.name for c in self.columns if c.name in (*ADDED, ROW)]
        if taken:
            raise ValueError(f"table {self.name!r}: the reader adds {', '.join(taken)} itself")
        columns = tuple(replace(c, whose=c.whose or self.whose) for c in self.columns)
        if unclear := [c.name for c in columns if c.whose not in (CUSTOMER, EXAMINER)]:
            raise ValueError(f"table {self.name!r}: whose is {', '.join(unclear)}, customer or examiner?")
        object.__setattr__(self, "columns", columns)

    @property
    def shown(self) -> tuple[Column, ...]:
        """The columns that the customer has."""
        return () if self.whose == EXAMINER else tuple(c for c in self.columns if c.whose == CUSTOMER)

    @property
    def kept(self) -> tuple[Column, ...]:
        """The columns that the examiner has: the examiner's own, and the truth of those that a mask covers."""
        masked = self.mask.instead if self.mask else {}
        return tuple(c for c in self.columns if c not in self.shown or c.name in masked)

    def for_customer(self) -> "Table | None":
        """Return the table as the customer has it; None where nothing of it is the customer's."""
        return replace(self, columns=self.shown, mask=None) if self.shown else None

    def to_json(self) -> dict[str, Any]:
        """Return plain data for `run.json`, so that a grader needs no part or workload to read what it wrote."""
        data = asdict(self)
        return data if self.mask else {name: value for name, value in data.items() if name != "mask"}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Return the table that `to_json` described."""
        columns = tuple(Column(**c) for c in data["columns"])
        mask = Mask(**data["mask"]) if data.get("mask") else None
        return cls(
            data["name"], data["about"], columns, data["clock"], data.get("settled", False),
            whose=data.get("whose"), mask=mask,
        )  # fmt: skip


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
    whose=CUSTOMER,
    mask=Mask("outcome", "wrong", {"outcome": "ok", "detail": None}),
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
    whose=CUSTOMER,
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
    whose=CUSTOMER,
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
    whose=CUSTOMER,
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
    whose=EXAMINER,
)
LEDGER = Table(
    "ledger",
    "what each outcome was worth to the customer, in the customer's currency",
    (
        AT,
        Column("account", "text", "the account that it is booked on, as the workload names it"),
        Column("amount", "real", "a loss is negative"),
        Column("cause", "text", "what it was for", EXAMINER),
        Column("key", "text", "business key"),
    ),
    settled=True,
    whose=CUSTOMER,
)
CORRUPTIONS = Table(
    "corruptions",
    "every difference between a dataset as it should be and as the customer delivers it; written before the lap begins",
    (
        Column("at", "real", "always null: the data was so from the start"),
        Column("dataset", "text", "the dataset, as the scenario names it", CUSTOMER),
        Column("what", "text", "cell · extra (a copied row) · moved (a row) · renamed · added (a column)"),
        Column("row", "integer", "delivered row, from 0; of a renamed or added column the first", CUSTOMER),
        Column("key", "text", "the row's business key, clean"),
        Column("column", "text", "its name in the clean data; null: the row"),
        Column("kind", "text", "kind of dirt"),
        Column("mechanism", "text", "ECAR (at random) · EAR (by other columns) · ENAR (by the value itself)"),
        Column("clean", "text", "value, row number or name as it should be; null: there is none"),
        Column("dirty", "text", "value, row number or name as delivered; null: missing", CUSTOMER),
    ),
    settled=True,
    whose=EXAMINER,
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
    whose=EXAMINER,
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
    whose=CUSTOMER,
)
MESSAGES = Table(
    "messages",
    "what people wrote to the learner",
    (AT, Column("sender", "text", "the person, as the scenario names them"), Column("text", "text", "what they wrote")),
    whose=CUSTOMER,
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
    whose=CUSTOMER,
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
    whose=CUSTOMER,
)
LOOKUPS = Table(
    "lookups",
    "names that the deployment tried to resolve outside its own world",
    (AT, Column("name", "text", "the name that was asked for")),
    whose=CUSTOMER,
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
    whose=CUSTOMER,
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
    whose=CUSTOMER,
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
