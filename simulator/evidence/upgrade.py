"""Write a finished lap's evidence of any format anew: in today's, or only the customer's side of it."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from scenarios import regular
from simulator import gate
from simulator.evidence import listing
from simulator.evidence.errors import EvidenceTorn
from simulator.evidence.formats import upgraded
from simulator.evidence.listing import FOLDER
from simulator.evidence.recorder import Halves
from simulator.evidence.run import RUN, CustomerRun, Run, customers, save
from simulator.evidence.tables import Table
from simulator.files import write_json

_LARGEST = 2**26


def customers_side(source: Path, target: Path) -> None:
    """Write the customer's side of a finished lap's evidence into the new folder `target`.

    Raises `EvidenceMissing` and `EvidenceTorn` where the evidence cannot be read, and `OSError`.
    """
    run = CustomerRun.read(source)
    target.mkdir()
    if not run.split:
        _rewrite(source, target, whole=False)
        return
    for file in (source / RUN, *source.glob("*.jsonl")):
        shutil.copyfile(file, target / file.name)


def in_two(source: Path, target: Path) -> None:
    """Write a finished lap's evidence of format 1 or 2 into the new folder `target`, in today's format.

    Raises `EvidenceMissing` and `EvidenceTorn` where it cannot be read, and `OSError`.
    """
    target.mkdir()
    _rewrite(source, target, whole=True)


def _rewrite(source: Path, target: Path, *, whole: bool) -> None:
    tables = Run.read(source).declared
    (target / FOLDER).mkdir()
    for file in sorted(source.glob("*.jsonl")):
        table = tables.get(file.name.partition(".")[0])
        if table is not None:
            _in_two(file, table, target)
    run = upgraded(json.loads(regular.read(source / RUN, _LARGEST))) | {"split": True}
    run["tables"] = [table.to_json() for table in tables.values()]
    run["files"] = listing.tables(target)
    if whole:
        save(target, run)
    else:
        shutil.rmtree(target / FOLDER)
        write_json(target / RUN, customers(run))


def _in_two(file: Path, table: Table, target: Path) -> None:
    halves = Halves(table)
    shown: list[dict[str, Any]] = []
    hidden: list[dict[str, Any]] = []
    for number, row in enumerate(_rows(file)):
        if not table.shown or not table.kept:
            (shown if table.shown else hidden).append(row)
            continue
        first, other = halves.of(row, number)
        shown.append(first)
        if other is not None:
            hidden.append(other)
    for folder, rows in ((target, shown), (target / FOLDER, hidden)):
        if rows:
            (folder / file.name).write_bytes(b"".join(gate.dumps(row) + b"\n" for row in rows))


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(file.read_bytes().split(b"\n"), start=1):
        if line.strip():
            try:
                row = orjson.loads(line)
            except orjson.JSONDecodeError:
                row = None
            if not isinstance(row, dict):
                raise EvidenceTorn(f"{file.name}, line {number}: no JSON object")
            yield row
