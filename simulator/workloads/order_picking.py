"""Order picking: before a picker walks, the service says whether the pick face has enough or needs replenishment.

The truth is in the clean scans: what was counted, and every move since. A picker who finds too little has walked in
vain (a short pick); a pallet brought to a face with plenty was brought in vain (a needless move). An answer is compared
with everything that was true since shortly before the question, because scans take a while to arrive. After the lap,
what the deployment booked into the customer's database is compared with the clean scans, cell by cell.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

import orjson
from pydantic import BaseModel, Field

from scenarios.units import Share, Simulated
from scenarios.vocabulary import Named, Params
from simulator import gate, seeds
from simulator.evidence.tables import Table
from simulator.workloads import answers
from simulator.workloads.base import Context, Intent, Judgement, Reply, Route, WorkloadKind
from simulator.workloads.decisions import Decision, Decisions, Left
from simulator.workloads.pick_faces import Face, Faces, Line, Move, Wave
from simulator.workloads.picking_tables import CELLS_TABLE, INTAKE, LINES, QUARANTINE, SCANS, SHORTS
from simulator.workloads.scan_audit import CELLS, Audit, Id, Scan, Scans, Tally, audit, by_id, per_file
from simulator.workloads.short_picks import Beliefs, largest, mistake

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
        self._faces = Faces(_counted(context.data[params.faces]), _moves(params.scans, context.data))
        seed = seeds.child(context.seed, "workload", context.stream)
        times = context.arrivals(seed)
        asked = {site: context.data[name].clean["sku"].tolist() for site, name in params.scans.items()}
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

    def _range(self, line: Line, done_at: float | None) -> tuple[int, int]:
        until = self._timeline.sim(line.at if done_at is None else done_at)
        return self._faces.range(line.face, line.asked_at - timedelta(seconds=self._params.fresh), until)

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
        self._context.recorder.write(LINES.name, {
            "at": line.at, "done_at": done_at, "line_id": line.id, "site": line.face[0], "sku": line.face[1],
            "quantity": line.quantity, "action": answer and answer.action, "on_hand": answer and answer.on_hand,
            "least": least, "most": most, "forecast": answer and answer.forecast, "picked": self._ahead(line),
            "verdict": verdict, "detail": detail,
        })  # fmt: skip

    def settle(self, site: Mapping[str, Mapping[str, Any]]) -> None:
        """Compare what was booked, held back and accounted for with what was delivered."""
        for line in self._lines.values():
            if line.id not in self._judged:
                self._note(line, None, "no-answer", None, "never sent")
        told = answers.told(site[self._params.db], _TOLD, self._context.recorder)
        _Settlement(self._context, self._params, self._faces, told).write(
            site[self._params.drop]["arrived"], self._shorts
        )


_TOLD = {"movements": SCANS.name, "quarantine": QUARANTINE.name, "intake": INTAKE.name}
"""The queries of the database, and the table that each one is for."""


class _Settlement:
    """The customer's database at the end, beside what was delivered."""

    def __init__(
        self, context: Context, params: OrderPickingParams, faces: Faces, told: Mapping[str, Sequence[Any]]
    ) -> None:
        self._context = context
        self._params = params
        self._faces = faces
        self._beliefs = Beliefs()
        self._timeline = context.clock.timeline
        self._movements = by_id(told["movements"])
        self._quarantine = by_id(told["quarantine"])
        self._intake = {str(row["file"]): row for row in told["intake"]}
        self._booked = per_file(told["movements"])
        self._held = per_file(told["quarantine"])

    def write(self, arrived: Sequence[Mapping[str, Any]], shorts: Iterable[tuple[Line, float]]) -> None:
        """Write the facts on files, scans, quarantine, cells and short picks.

        `arrived` has the files in order of arrival, and `shorts` the lines with too little, and when each was answered.
        """
        last = self._timeline.traffic_ends - self._params.settling / self._timeline.spans[-1].rate
        files = [file for file in arrived if float(file["free_at"]) <= last]
        for file in files:
            self._write_file(file)
        for site, name in self._params.scans.items():
            self._write_site(site, [file for file in files if file["data"] == name])
        for line, answered in shorts:
            self._write_short(line, answered)

    def _write_short(self, line: Line, answered: float) -> None:
        kind, effect = largest(self._beliefs.added(line.face, answered))
        self._context.recorder.write(SHORTS.name, {
            "at": line.at, "line_id": line.id, "site": line.face[0], "sku": line.face[1], "mistake": kind,
            "effect": effect,
        })  # fmt: skip

    def _write_file(self, file: Mapping[str, Any]) -> None:
        name = str(file["path"]).rpartition("/")[2]
        row = self._intake.get(name, {})
        booked, held = self._booked[name], self._held[name]
        received, twice = (gate.count(row.get(key)) for key in ("received", "duplicates"))
        posted = gate.moment(row.get("posted_at"))
        lag = (posted - self._timeline.sim(float(file["free_at"]))).total_seconds() / 60 if posted else None
        accounted = (
            max(file["rows"] - abs(file["rows"] - booked - held - (twice or 0)), 0) if received == file["rows"] else 0
        )
        self._context.recorder.write(INTAKE.name, {
            "at": file["at"], "free_at": file["free_at"], "file": name, "kind": file["kind"], "rows": file["rows"],
            "received": received, "booked": booked, "held": held, "duplicates": twice,
            "accounted": accounted, "lag": None if lag is None else round(max(lag, 0.0), 2),
        })  # fmt: skip

    def _write_site(self, site: str, files: Sequence[Mapping[str, Any]]) -> None:
        scans = Scans(site, self._context.data[self._params.scans[site]])
        came: dict[Id, tuple[Scan, float]] = {}
        for file in files:
            for number in file["numbers"]:
                scan = scans.by_row[number]
                came.setdefault(scan.id, (scan, float(file["free_at"])))
        quarantine = {name: str(rows[0]["reason"] or "") for name, rows in self._quarantine.items()}
        phases: dict[float, list[Scan]] = defaultdict(list)
        for scan, at in came.values():
            phases[self._timeline.span(at).begins].append(scan)
        times = {name: at for name, (_, at) in came.items()}
        for begins, some in sorted(phases.items()):
            tallies = {(site, column): Tally() for column in CELLS}
            self._write_audit(audit(some, self._movements, quarantine, tallies), times)
            for (_, column), tally in tallies.items():
                row = {"at": begins, "site": site, "column": column, **vars(tally)}
                self._context.recorder.write(CELLS_TABLE.name, row)

    def _write_audit(self, found: Audit, times: Mapping[Id, float]) -> None:
        write = self._context.recorder.write
        for scan, verdict, column, booked, true in found.off:
            site, device, seq = scan.id
            write(SCANS.name, {
                "at": times[scan.id], "site": site, "device": device, "seq": seq, "sku": scan.clean["sku"],
                "verdict": verdict, "column": column, "delivered": _text(_delivered(scan, column)),
                "booked": _text(booked), "true": _text(true),
            })  # fmt: skip
            face = (site, str(scan.clean["sku"]))
            effect = scan.effect(verdict, column, booked, self._faces.counted_at(face))
            self._beliefs.add(face, times[scan.id], mistake(scan, verdict, column), effect)
        for (site, device, seq), reason, belongs in found.held:
            write(QUARANTINE.name, {"at": times[site, device, seq], "site": site, "device": device, "seq": seq,
                                    "reason": reason[:120], "belongs": belongs})  # fmt: skip


def _counted(data: "Dataset") -> dict[Face, tuple[int, datetime]]:
    rows = zip(*(data.clean[name].tolist() for name in COUNTS), strict=True)
    return {(site, sku): (int(counted), datetime.fromisoformat(str(at))) for site, sku, counted, at in rows}


def _moves(scans: Mapping[str, str], data: "Mapping[str, Dataset]") -> Iterator[Move]:
    for site, name in scans.items():
        columns = (data[name].clean[column].tolist() for column in ("sku", "scanned_at", "movement", "qty"))
        for sku, at, movement, quantity in zip(*columns, strict=True):
            yield Move((site, sku), at, movement == "receipt", int(quantity))


def _delivered(scan: Scan, column: str | None) -> str | None:
    """Return what the file said: of a column, or of all columns that were spoilt in it."""
    if column is not None:
        return str(scan.dirty.get(column, scan.clean[column]))
    return ", ".join(f"{name}={value}" for name, value in scan.dirty.items()) or None


def _text(value: Any) -> str | None:
    return None if value is None else str(value)[:60]


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
        "`quarantine` that it tells": "`file`, `site`, `device`, `seq`, `reason` of each scan that nobody can tell",
        "`intake` that it tells": "`file` (its name), `received`, `duplicates` (rows), `posted_at` of each file",
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
                dict.fromkeys(("file", "site", "device", "seq", "reason"), ""),
            ),
            Left(
                "intake", "db", ("tells", "intake"), dict.fromkeys(("file", "received", "duplicates", "posted_at"), "")
            ),
        ),
        subject="sku",
        groups=("site",),
    ),
)
