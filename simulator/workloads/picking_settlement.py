"""After a lap of order picking: the customer's database at the end, beside what was delivered."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator import gate
from simulator.workloads.base import Context
from simulator.workloads.pick_faces import Faces, Line
from simulator.workloads.picking_tables import CELLS_TABLE, INTAKE, QUARANTINE, SCANS, SHORTS
from simulator.workloads.scan_audit import CELLS, Audit, Key, Scan, Scans, Tally, audit
from simulator.workloads.scan_files import Files, account
from simulator.workloads.short_picks import Beliefs, largest, mistake

NOBODYS = "unknown"
"""The verdict on a row of the books that speaks of no scan in the file that it names."""


@dataclass(frozen=True)
class Terms:
    """What the settlement goes by."""

    sites: Mapping[str, str]
    """By dataset its site."""
    settling: float
    """Files that come in the last so many simulated seconds need not be booked."""
    reasons: Mapping[str, str]
    """By kind of dirt the reason that quarantine must give."""


class Settlement:
    """What was booked, held back and accounted for."""

    def __init__(
        self, context: Context, terms: Terms, faces: Faces, scans: Mapping[str, Scans],
        told: Mapping[str, Sequence[Mapping[str, Any]]],
    ) -> None:  # fmt: skip
        self._recorder = context.recorder
        self._terms = terms
        self._faces = faces
        self._scans = scans
        self._told = told
        self._beliefs = Beliefs()
        self._timeline = context.clock.timeline
        self._intake: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for row in told["intake"]:
            self._intake[str(row["file"])].append(row)

    def write(self, arrived: Sequence[Mapping[str, Any]], shorts: Iterable[tuple[Line, float]]) -> None:
        """Write the facts on files, scans, quarantine, cells and short picks.

        `arrived` has the files in order of arrival, and `shorts` the lines with too little, and when each was answered.
        """
        arrived = [file for file in arrived if file["data"] in self._terms.sites]
        self._files = Files()
        for file in arrived:
            self._files.add(_name(file), self._rows(file))
        self._booked = self._files.spoken(self._told["movements"])
        self._held = self._files.spoken(self._told["quarantine"])
        last = self._timeline.traffic_ends - self._terms.settling / self._timeline.spans[-1].rate
        files = [file for file in arrived if float(file["free_at"]) <= last]
        for file in files:
            self._write_file(file)
        for site in self._scans:
            self._write_site(site, [file for file in files if self._terms.sites[file["data"]] == site])
        self._write_nobodys({_name(file): float(file["free_at"]) for file in arrived})
        for line, answered in shorts:
            self._write_short(line, answered)

    def _rows(self, file: Mapping[str, Any]) -> list[Scan]:
        scans = self._scans[self._terms.sites[file["data"]]]
        return [scans.by_row[number] for number in file["numbers"]]

    def _write_short(self, line: Line, answered: float) -> None:
        kind, effect = largest(self._beliefs.added(line.face, answered))
        self._recorder.write(SHORTS.name, {
            "at": line.at, "line_id": line.id, "site": line.face[0], "sku": line.face[1], "mistake": kind,
            "effect": effect,
        })  # fmt: skip

    def _write_file(self, file: Mapping[str, Any]) -> None:
        name, intake = _name(file), self._intake[_name(file)]
        missing = self._files.unaccounted(name, self._booked.by_scan, self._held.by_scan)
        found = account(file["rows"], self._booked.by_file[name], self._held.by_file[name], missing, intake)
        posted = gate.moment(intake[0].get("posted_at")) if intake else None
        lag = (posted - self._timeline.sim(float(file["free_at"]))).total_seconds() / 60 if posted else None
        self._recorder.write(INTAKE.name, {
            "at": file["at"], "free_at": file["free_at"], "file": name, "kind": file["kind"], "rows": file["rows"],
            "lag": None if lag is None else round(max(lag, 0.0), 2), **vars(found),
        })  # fmt: skip

    def _write_site(self, site: str, files: Sequence[Mapping[str, Any]]) -> None:
        came: dict[Key, tuple[Scan, float]] = {}
        for file in files:
            for scan in self._rows(file):
                came.setdefault(scan.key, (scan, float(file["free_at"])))
        phases: dict[float, list[Scan]] = defaultdict(list)
        for scan, at in came.values():
            phases[self._timeline.span(at).begins].append(scan)
        times = {key: at for key, (_, at) in came.items()}
        for begins, some in sorted(phases.items()):
            tallies = {(site, column): Tally() for column in CELLS}
            self._write_audit(audit(some, self._booked.by_scan, self._held.by_scan, tallies), times)
            for (_, column), tally in tallies.items():
                row = {"at": begins, "site": site, "column": column, **vars(tally)}
                self._recorder.write(CELLS_TABLE.name, row)

    def _write_audit(self, found: Audit, times: Mapping[Key, float]) -> None:
        write = self._recorder.write
        for scan, verdict, column, booked, true in found.off:
            site, device, seq = scan.id
            write(SCANS.name, {
                "at": times[scan.key], "site": site, "device": device, "seq": seq, "sku": scan.clean["sku"],
                "verdict": verdict, "column": column, "delivered": _text(_delivered(scan, column)),
                "booked": _text(booked), "true": _text(true),
            })  # fmt: skip
            face = (site, str(scan.clean["sku"]))
            effect = scan.effect(verdict, column, booked, self._faces.counted_at(face))
            self._beliefs.add(face, times[scan.key], mistake(scan, verdict, column), effect)
        for scan, row, belongs in found.held:
            fits = belongs and self._fits(scan, row)
            write(QUARANTINE.name, _quarantined(times[scan.key], row, belongs, fits))

    def _fits(self, scan: Scan, row: Mapping[str, Any]) -> bool:
        """Whether a row of quarantine shows the scan as it came, and says of it what is true."""
        raw, wanted = str(row["raw"] or ""), self._terms.reasons.get(scan.hopeless or "")
        sku = str(scan.dirty.get("sku", scan.clean["sku"]))
        shows = all(part in raw for part in (scan.id[1], scan.id[2], sku))
        return shows and (row["reason"] == wanted or wanted is None)

    def _write_nobodys(self, came: Mapping[str, float]) -> None:
        """Write the rows that speak of no scan at all: as of when their file came, or of the end of traffic."""
        last = max((span.begins for span in self._timeline.spans[:-1] if span.counts), default=0.0)
        for row in self._booked.nobodys:
            self._recorder.write(SCANS.name, {
                "at": came.get(str(row["file"]), last), "site": _text(row["site"]), "device": _text(row["device"]),
                "seq": _text(row["seq"]), "sku": _text(row["sku"]), "verdict": NOBODYS, "column": None,
                "delivered": None, "booked": _text(row["qty"]), "true": None,
            })  # fmt: skip
        for row in self._held.nobodys:
            at = came.get(str(row["file"]), last)
            self._recorder.write(QUARANTINE.name, _quarantined(at, row, belongs=False, fits=False))


def _quarantined(at: float, row: Mapping[str, Any], belongs: bool, fits: bool) -> dict[str, Any]:
    return {
        "at": at, "site": _text(row["site"]), "device": _text(row["device"]), "seq": _text(row["seq"]),
        "raw": _text(row["raw"]), "reason": str(row["reason"] or "")[:120], "belongs": belongs, "fits": fits,
    }  # fmt: skip


def _name(file: Mapping[str, Any]) -> str:
    return str(file["path"]).rpartition("/")[2]


def _delivered(scan: Scan, column: str | None) -> str | None:
    """Return what the file said: of a column, or of all columns that were spoilt in it."""
    if column is not None:
        return str(scan.dirty.get(column, scan.clean[column]))
    return ", ".join(f"{name}={value}" for name, value in scan.dirty.items()) or None


def _text(value: Any) -> str | None:
    return None if value is None else str(value)[:60]
