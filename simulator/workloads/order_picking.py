"""Order picking: before a picker walks, the service says whether the pick face has enough or needs replenishment.

The truth is in the clean scans: what was counted, and every move since. A picker who finds too little has walked in
vain (a short pick); a pallet brought to a face with plenty was brought in vain (a needless move). An answer is compared
with everything that was true since shortly before the question, because scans take a while to arrive. After the lap,
what the deployment booked into the customer's database is compared with the clean scans, cell by cell.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

import orjson
from pydantic import BaseModel, Field

from scenarios.units import Share, Simulated
from scenarios.vocabulary import Named, Params
from simulator import seeds
from simulator.evidence.tables import Table
from simulator.workloads import answers
from simulator.workloads.base import Context, Intent, Judgement, Reply, Route, WorkloadKind
from simulator.workloads.decisions import Decision, Decisions, Left
from simulator.workloads.pick_faces import Face, Faces, Line, Move, Wave
from simulator.workloads.picking_settlement import Settlement, Terms
from simulator.workloads.picking_tables import CELLS_TABLE, INTAKE, LINES, QUARANTINE, SCANS, SHORTS
from simulator.workloads.scan_audit import CELLS, Scans

if TYPE_CHECKING:
    from simulator.dirt import Dataset

COUNTS = ("site", "sku", "counted", "counted_at")
"""The columns of a pick face that are read."""

Verdict = Literal["right", "short-pick", "needless-move", "no-answer"]


class Costs(Params):
    """What each mishap costs the customer, in the customer's currency."""

    short_pick: float = Field(default=14, ge=0)
    """A picker stands before a face that has too little."""
    needless_move: float = Field(default=0.9, ge=0)
    """A face is filled up that had plenty."""
    no_answer: float = Field(default=3, ge=0)
    """A picker waits, and then goes to look."""


class OrderPickingParams(Params):
    """Parameters of workload `order-picking`."""

    scans: dict[str, str] = Field(min_length=1, json_schema_extra={"names": "dataset"})
    """By site the dataset of its scans: `device` `seq` `sku` `bin` `movement` (receipt or pick) `qty` `scanned_at`."""
    faces: str = Field(json_schema_extra={"names": "dataset"})
    """The dataset of pick faces: `site` `sku` `counted` `counted_at`. A site is asked about from its count on."""
    db: str = Field(default="wms", json_schema_extra={"names": "part"})
    """The database; it tells `movements`, `quarantine` and `intake`."""
    drop: str = Field(default="drop", json_schema_extra={"names": "part"})
    """The drop that scans arrive in; a feed of the drop has one of the datasets above."""
    short: Share = Field(default=0.25, ge=0, le=1)
    """Part of the lines for which the face has too little."""
    fresh: Simulated = 30 * 60.0
    """How old the truth behind an answer may be."""
    ahead: Simulated = 2 * 3600.0
    """A face that covers what is picked in this time has plenty; it is also what answers forecast."""
    settling: Simulated = 30 * 60.0
    """Files that come in the last so long of a lap need not be booked."""
    costs: Costs = Costs()
    reasons: dict[str, str] = Field(default={})
    """By kind of dirt that nobody can repair the reason that quarantine must give; left out: any says enough."""

    def named(self) -> Iterable[Named]:
        for site, data in self.scans.items():
            for column in ("device", "seq", "movement", *CELLS):
                yield Named(("scans", site), column, data, reader="order-picking", clean=True)
        for column in COUNTS:
            yield Named(("faces",), column, self.faces, reader="order-picking", clean=True)


class Answer(BaseModel):
    """What the service must answer."""

    line_id: str
    """As asked."""
    action: Literal["pick", "replenish"]
    """Whether the face has enough, or is to be filled up first."""
    on_hand: float = Field(allow_inf_nan=False)
    """What is believed to lie there, in eaches."""
    forecast: float = Field(allow_inf_nan=False)
    """What is believed to be picked there within `ahead`, in eaches."""


class OrderPicking:
    """One lap of rush lines."""

    def __init__(self, context: Context, params: OrderPickingParams) -> None:
        self._context = context
        self._params = params
        timeline = self._timeline = context.clock.timeline
        data = {site: context.data[name] for site, name in params.scans.items()}
        self._scans = {site: Scans(site, one) for site, one in data.items()}
        counted = _counted(context.data[params.faces])
        self._faces = Faces(counted, [move for site, one in data.items() for move in _moves(site, one)])
        told = [move for site, one in data.items() for move in _moves(site, one, self._scans[site].hopeless)]
        self._books = Faces(counted, told)
        """What the books have when all is in them that anybody can know."""
        seed = seeds.child(context.seed, "workload", context.stream)
        times = context.arrivals(seed)
        asked = {site: one.clean["sku"].tolist() for site, one in data.items()}
        lines = Wave(asked, params.short).lines(seed, times, timeline, self._faces)
        self._lines = {line.id: line for line in lines}
        self._judged: set[str] = set()
        self._shorts: list[tuple[Line, float]] = []
        """The lines for which too little lay there, and when each was answered."""

    def intents(self) -> list[Intent]:
        """Return one `POST /lines` for each line."""
        return [self._intent(line) for line in self._lines.values()]

    def _intent(self, line: Line) -> Intent:
        site, sku = line.face
        body = {"line_id": line.id, "site": site, "sku": sku, "quantity": line.quantity,
                "asked_at": line.asked_at.isoformat()}  # fmt: skip
        headers = {"Content-Type": "application/json"}
        name = f"{self._context.stream}-{line.id}"
        return Intent(name, line.at, "POST", "/lines", orjson.dumps(body), headers, line.id)

    def judge(self, intent: Intent, reply: Reply) -> Judgement:
        """Return `ok` when the picker finds what the answer says; an unreadable 2xx answer is `wrong`."""
        line = self._lines[str(intent.key)]
        if not 200 <= reply.status < 300:
            self._note(line, None, "no-answer", reply.done_at, f"HTTP {reply.status}")
            return Judgement("error", f"HTTP {reply.status}")
        answer = answers.read(Answer, reply.body, line_id=line.id)
        if isinstance(answer, str):
            self._note(line, None, "no-answer", reply.done_at, answer)
            return Judgement("wrong", answer)
        verdict, detail = self._verdict(line, answer, reply.done_at)
        self._note(line, answer, verdict, reply.done_at, detail)
        return Judgement("ok") if verdict == "right" else Judgement("wrong", detail)

    def _verdict(self, line: Line, answer: Answer, done_at: float) -> tuple[Verdict, str | None]:
        least, most = self._range(line, done_at)
        if answer.action == "pick" and most < line.quantity:
            return "short-pick", f"{line.quantity} were wanted, {most} lay there, {answer.on_hand:g} were believed"
        plenty = line.quantity + self._ahead(line)
        if answer.action == "replenish" and least >= plenty:
            return (
                "needless-move",
                f"{plenty} would have been plenty, {least} lay there, {answer.on_hand:g} were believed",
            )
        return "right", None

    def unanswered(self, intent: Intent, outcome: Literal["timeout", "error", "unsent"]) -> None:
        """Book that the picker got no answer."""
        self._note(self._lines[str(intent.key)], None, "no-answer", None, outcome)

    def _range(self, line: Line, done_at: float | None, faces: Faces | None = None) -> tuple[int, int]:
        until = self._timeline.sim(line.at if done_at is None else done_at)
        since = line.asked_at - timedelta(seconds=self._params.fresh)
        return (faces or self._faces).range(line.face, since, until)

    def _ahead(self, line: Line) -> int:
        return self._faces.picked(line.face, line.asked_at, line.asked_at + timedelta(seconds=self._params.ahead))

    def _note(
        self, line: Line, answer: Answer | None, verdict: Verdict, done_at: float | None, detail: str | None
    ) -> None:
        self._judged.add(line.id)
        if verdict == "short-pick":
            self._shorts.append((line, line.at if done_at is None else done_at))
        costs = self._params.costs
        prices = {"short-pick": costs.short_pick, "needless-move": costs.needless_move, "no-answer": costs.no_answer}
        if verdict in prices and self._timeline.span(line.at).counts:
            row = {"at": line.at, "account": f"{verdict}s", "amount": -prices[verdict], "cause": verdict,
                   "key": line.id}  # fmt: skip
            self._context.recorder.write("ledger", row)
        least, most = self._range(line, done_at)
        low, high = self._range(line, done_at, self._books)
        self._context.recorder.write(LINES.name, {
            "at": line.at, "done_at": done_at, "line_id": line.id, "site": line.face[0], "sku": line.face[1],
            "quantity": line.quantity, "action": answer and answer.action, "on_hand": answer and answer.on_hand,
            "least": least, "most": most, "low": low, "high": high, "forecast": answer and answer.forecast,
            "picked": self._ahead(line), "verdict": verdict, "detail": detail,
        })  # fmt: skip

    def settle(self, site: Mapping[str, Mapping[str, Any]]) -> None:
        """Compare what was booked, held back and accounted for with what was delivered."""
        for line in self._lines.values():
            if line.id not in self._judged:
                self._note(line, None, "no-answer", None, "never sent")
        told = answers.told(site[self._params.db], _TOLD, self._context.recorder)
        Settlement(self._context, self._terms(), self._faces, self._scans, told).write(
            site[self._params.drop]["arrived"], self._shorts
        )

    def _terms(self) -> Terms:
        params = self._params
        return Terms({name: site for site, name in params.scans.items()}, params.settling, params.reasons)


_TOLD = {"movements": SCANS.name, "quarantine": QUARANTINE.name, "intake": INTAKE.name}
"""The queries of the database, and the table that each one is for."""


def _counted(data: "Dataset") -> dict[Face, tuple[int, datetime]]:
    rows = zip(*(data.clean[name].tolist() for name in COUNTS), strict=True)
    return {(site, sku): (int(counted), datetime.fromisoformat(str(at))) for site, sku, counted, at in rows}


def _moves(site: str, data: "Dataset", without: Container[int] = ()) -> Iterator[Move]:
    columns = (data.clean[column].tolist() for column in ("sku", "scanned_at", "movement", "qty"))
    for row, (sku, at, movement, quantity) in enumerate(zip(*columns, strict=True)):
        if row not in without:
            yield Move((site, sku), at, movement == "receipt", int(quantity))


TABLES: tuple[Table, ...] = (LINES, INTAKE, SCANS, SHORTS, QUARANTINE, CELLS_TABLE)

ORDER_PICKING = WorkloadKind(
    "order-picking",
    OrderPickingParams,
    OrderPicking,
    tables=TABLES,
    about=(
        "Before a picker walks, the service says whether the pick face has enough. `pick` is right where the line's"
        " quantity lay there at some time since `fresh` before; `replenish`, unless quantity and what is picked within"
        " `ahead` lay there all the time. Stock is what the clean scans tell: the count, every receipt and pick since."
        " In the end what the deployment booked is held against those scans, cell by cell."
    ),
    routes=(
        Route(
            "POST /lines",
            "Is there enough?",
            Answer,
            {
                "line_id": "text, such as RL-000001",
                "site": "text, a key of `scans`",
                "sku": "text",
                "quantity": "whole number, eaches",
                "asked_at": "simulated local time, ISO 8601 without a zone",
            },
        ),
    ),
    accounts={
        "short-picks": "`short_pick` for each picker before a face with too little",
        "needless-moves": "`needless_move` for each face filled up that had plenty",
        "no-answers": "`no_answer` for each line without an answer",
    },
    leaves={
        "`movements` that the database tells": (
            "`file`, `site`, `device`, `seq`, `sku`, `bin`, `qty`, `scanned_at` of each scan that can be told, once"
        ),
        "`quarantine` that it tells": (
            "`file`, `site`, `device`, `seq`, `raw` (the row as it came), `reason` of each scan that nobody can tell"
        ),
        "`intake` that it tells": (
            "`file` (its name), `received`, `loaded`, `quarantined`, `duplicates` (rows), `posted_at` of each file"
        ),
    },
    decisions=Decisions(
        {
            "POST /lines": (
                Decision("line_id", "key"),
                Decision("action", "choice", ("pick", "replenish")),
                Decision("on_hand", "number", (0, 10, 100)),
                Decision("forecast", "number", (0, 10, 100)),
            )
        },
        left=(
            Left(
                "movements",
                "db",
                ("tells", "movements"),
                dict.fromkeys(("file", "site", "device", "seq", "sku", "bin", "qty", "scanned_at"), ""),
            ),
            Left(
                "quarantine",
                "db",
                ("tells", "quarantine"),
                dict.fromkeys(("file", "site", "device", "seq", "raw", "reason"), ""),
            ),
            Left(
                "intake",
                "db",
                ("tells", "intake"),
                dict.fromkeys(("file", "received", "loaded", "quarantined", "duplicates", "posted_at"), ""),
            ),
        ),
        subject="sku",
        groups=("site",),
    ),
)
