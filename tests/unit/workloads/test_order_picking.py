"""What an answer to a picker is worth, and what the audit finds in the customer's books."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from scenarios.model import Scenario
from scenarios.rules.context import marked
from simulator.clock import Clock, timeline
from simulator.dirt import Datasets
from simulator.evidence.recorder import Recorder
from simulator.workloads import WORKLOADS
from simulator.workloads.base import Context, Reply
from simulator.workloads.order_picking import OrderPicking, OrderPickingParams

SCENARIO = Scenario.model_validate({
    "id": "lines", "title": "Lines", "customer": {"name": "X", "trade": "storage", "currency": "EUR"},
    "level": 1, "minutes": 10, "clock": {"starts": "2026-03-08T02:00:00"},
    "site": {"drop": {"part": "sftp-drop"}, "wms": {"part": "postgres"}},
    "datasets": {
        "faces": {"rows": 10, "columns": {
            "no": {"sequence": {}}, "site": {"formula": 'where(no > 5, "B", "A")'},
            "item": {"formula": "(no - 1) % 5"}, "sku": {"format": "K{item}"},
            "counted": {"number": {"integer": {"from": 150, "to": 200}}},
            "counted_at": {"formula": 'where(no > 0, "2026-03-08T02:00:00", "")'},
        }},
        "scans": {"rows": 200, "columns": {
            "seq": {"sequence": {}}, "device": {"pick": ["H1", "H2"]}, "sku": {"pick": ["K0", "K1", "K2", "K3", "K4"]},
            "bin": {"pick": ["CHÃO", "SECO"]}, "movement": {"pick": {"pick": 3, "receipt": 1}},
            "qty": {"number": {"integer": {"from": 1, "to": 9}}},
            "scanned_at": {"time": {"spans": "8h"}},
        }, "dirt": [
            {"wrong-unit": {"column": "qty", "times": 12}, "share": "10%"},
            {"mixed-encoding": {"column": "bin", "written": "utf-8", "file": "cp1252"}, "share": "10%"},
            {"local-time": {"column": "scanned_at", "zone": "America/Halifax"}, "share": "10%"},
            {"missing": {"column": "qty"}, "share": "10%"},
            {"duplicate": {}, "share": "10%"},
        ]},
        "others": {"rows": 50, "columns": {
            "seq": {"sequence": {}}, "device": {"pick": ["H1"]}, "sku": {"pick": ["K0", "K1"]},
            "bin": {"pick": ["DRY"]},
            "movement": {"pick": ["pick"]}, "qty": {"number": {"integer": {"from": 1, "to": 2}}},
            "scanned_at": {"time": {"spans": "8h"}},
        }},
    },
    "deployment": {"services": {"slotter": {"command": ["true"], "uses": ["drop", "wms"]}}, "editable": ["app/**"]},
    "traffic": {"lines": {"workload": "order-picking", "to": "slotter", "rate": "15/s"}},
    "phases": [
        {"name": "warm-up", "lasts": "4s", "simulates": "30m", "graded": False, "excused": "it warms up"},
        {"name": "night", "lasts": "40s", "simulates": "5h"},
    ],
    "checks": [{"id": "c", "family": "data", "sql": "select 1", "expect": "== 1", "says": "x"}],
})  # fmt: skip


class Lap:
    """One lap of the workload, with the data beside it."""

    def __init__(self, folder: Path, reasons: dict[str, str] | None = None) -> None:
        self.folder = folder
        self.recorder = Recorder(folder, "field")
        clock = Clock(timeline(SCENARIO), 0)
        self.data = Datasets(SCENARIO.datasets, 5, SCENARIO.clock.starts)
        context = Context("lines", SCENARIO.traffic["lines"], SCENARIO, 5, clock, self.recorder, self.data)
        params = OrderPickingParams.model_validate(
            {"scans": {"A": "scans", "B": "others"}, "faces": "faces", "reasons": reasons or {}}
        )
        self.workload = OrderPicking(context, params)
        self.intents = {str(i.key): i for i in self.workload.intents()}

    def answer(self, name: str, body: dict[str, Any] | bytes, status: int = 200) -> tuple[str, str | None]:
        intent = self.intents[name]
        data = (
            body
            if isinstance(body, bytes)
            else json.dumps({"line_id": name, "on_hand": 1, "forecast": 2} | body).encode()
        )
        judged = self.workload.judge(intent, Reply(intent.at, intent.at, status, data))
        return judged.outcome, judged.detail

    def truths(self) -> dict[str, dict[str, Any]]:
        """Of each line its row of the evidence, made by not answering it, in a lap of its own."""
        (self.folder / "other").mkdir()
        other = Lap(self.folder / "other")
        for intent in other.intents.values():
            other.workload.unanswered(intent, "timeout")
        other.recorder.close()
        return {row["line_id"]: row for row in other.rows("facts_lines")}

    def settle(self, movements: Sequence[Any] = (), quarantine: Sequence[Any] = (), intake: Sequence[Any] = (),
               numbers: Sequence[int] = range(220), at: float = 10.0) -> None:  # fmt: skip
        file = {"path": "/scans/A_1.csv", "feed": "a", "data": "scans", "kind": "original", "at": at, "free_at": at,
                "rows": len(numbers), "numbers": list(numbers)}  # fmt: skip
        tells = {"movements": movements, "quarantine": quarantine, "intake": intake}
        self.workload.settle({"wms": {"tells": tells}, "drop": {"arrived": [file]}})
        self.recorder.close()

    def rows(self, table: str) -> list[dict[str, Any]]:
        file = self.folder / f"{table}.field.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.is_file() else []

    def books(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """What a deployment without any mistake has booked, and put into quarantine."""
        clean = {name: self.data["scans"].clean[name].tolist() for name in self.data["scans"].clean}
        missing = {int(e.key) for e in self.data["scans"].ledger if e.kind == "missing"}
        good: list[dict[str, Any]] = []
        bad: list[dict[str, Any]] = []
        for n, seq in enumerate(clean["seq"]):
            row = {name: values[n] for name, values in clean.items()} | {"site": "A", "file": "A_1.csv"}
            row["scanned_at"] = row["scanned_at"].isoformat()
            (bad if seq in missing else good).append(
                row | {"reason": "quantity missing", "raw": ",".join(map(str, row.values()))}
            )
        return good, bad

    def book(self, received: int = 220, loaded: int = 182, held: int = 18, twice: int = 20) -> dict[str, Any]:
        """What the intake book says of the file."""
        return {"file": "A_1.csv", "received": received, "loaded": loaded, "quarantined": held, "duplicates": twice,
                "posted_at": "2026-03-08T03:20:00"}  # fmt: skip


@pytest.fixture
def lap(tmp_path: Path) -> Iterator[Lap]:
    lap = Lap(tmp_path)
    yield lap
    lap.recorder.close()


def graded(lap: Lap) -> list[dict[str, Any]]:
    return [row for row in lap.truths().values() if row["at"] >= 4]


def test_who_is_sent_to_an_empty_face_walks_in_vain_and_that_is_booked_at_once(lap: Lap) -> None:
    row = next(row for row in graded(lap) if row["most"] < row["quantity"])
    outcome, detail = lap.answer(row["line_id"], {"action": "pick", "on_hand": 999})
    assert outcome == "wrong"
    assert detail == f"{row['quantity']} were wanted, {row['most']} lay there, 999 were believed"
    lap.recorder.flush()
    assert [(r["account"], r["amount"]) for r in lap.rows("ledger")] == [("short-picks", -14)]


def test_filling_up_a_face_that_is_empty_is_right(lap: Lap) -> None:
    row = next(row for row in graded(lap) if row["most"] < row["quantity"])
    assert lap.answer(row["line_id"], {"action": "replenish"}) == ("ok", None)
    lap.recorder.flush()
    assert lap.rows("ledger") == []


def test_filling_up_a_face_that_has_plenty_is_in_vain(lap: Lap) -> None:
    row = next(row for row in graded(lap) if row["least"] >= row["quantity"] + row["picked"])
    assert lap.answer(row["line_id"], {"action": "replenish"})[0] == "wrong"
    lap.recorder.flush()
    assert [(r["account"], r["amount"]) for r in lap.rows("ledger")] == [("needless-moves", -0.9)]
    assert lap.answer(row["line_id"], {"action": "pick"}) == ("ok", None)


@pytest.mark.parametrize(
    ("body", "status", "outcome"),
    [
        (b"{}", 200, "wrong"),
        ({"action": "wait"}, 200, "wrong"),
        ({"action": "pick", "line_id": "RL-999999"}, 200, "wrong"),
        ({"action": "pick", "forecast": float("nan")}, 200, "wrong"),
        ({"action": "pick"}, 503, "error"),
    ],
)
def test_what_cannot_be_read_is_no_answer(lap: Lap, body: Any, status: int, outcome: str) -> None:
    row = graded(lap)[0]
    assert lap.answer(row["line_id"], body, status)[0] == outcome
    lap.recorder.flush()
    assert [(r["account"], r["amount"]) for r in lap.rows("ledger")] == [("no-answers", -3)]
    assert lap.rows("facts_lines")[0]["verdict"] == "no-answer"


def test_nothing_is_booked_in_excused_phases(lap: Lap) -> None:
    lap.workload.unanswered(next(i for i in lap.intents.values() if i.at < 4), "timeout")
    lap.recorder.flush()
    assert lap.rows("ledger") == []
    assert len(lap.rows("facts_lines")) == 1


def test_books_without_a_mistake_leave_nothing_to_say(lap: Lap) -> None:
    good, bad = lap.books()
    lap.settle(good, bad, [lap.book()])
    assert lap.rows("facts_scans") == []
    assert {(row["belongs"], row["fits"]) for row in lap.rows("facts_quarantine")} == {(True, True)}
    assert len(lap.rows("facts_quarantine")) == 18
    cells = [row for row in lap.rows("facts_cells") if row["dirty"]]
    assert {row["column"] for row in cells} == {"qty", "bin", "scanned_at"}
    assert all(row["dirty"] == row["changed"] == row["repaired"] for row in cells)
    (file,) = lap.rows("facts_intake")
    assert (file["accounted"], file["booked"], file["held"], file["lag"]) == (220, 182, 18, 5.0)


def test_books_that_take_what_is_delivered_repair_nothing(lap: Lap) -> None:
    lap.settle([row | {"qty": 0} for row in lap.books()[0]])
    cells = {row["column"]: row for row in lap.rows("facts_cells") if row["site"] == "A"}
    assert cells["qty"]["repaired"] == 0
    assert cells["qty"]["changed"] == 182
    assert {row["verdict"] for row in lap.rows("facts_scans")} == {"wrong", "lost"}, "what was missing is lost"


def test_a_scan_twice_in_the_books_is_doubled_and_one_that_nobody_can_know_is_invented(lap: Lap) -> None:
    good, bad = lap.books()
    lap.settle([*good, good[0], *bad])
    found = [row["verdict"] for row in lap.rows("facts_scans")]
    assert sorted(set(found)) == ["doubled", "invented"]
    assert found.count("doubled") == 1
    assert found.count("invented") == len(bad)


def test_what_is_held_back_though_it_can_be_told_does_not_belong_there(lap: Lap) -> None:
    good, bad = lap.books()
    lap.settle(good[1:], [*bad, good[0] | {"reason": "no zone"}])
    assert [row["verdict"] for row in lap.rows("facts_scans")] == ["held-back"]
    assert [row["reason"] for row in lap.rows("facts_quarantine") if not row["belongs"]] == ["no zone"]


def test_rows_of_which_nothing_is_said_are_not_accounted_for(lap: Lap) -> None:
    good, _ = lap.books()
    lap.settle(good, [], [lap.book(held=0, twice=16)])
    assert lap.rows("facts_intake")[0]["accounted"] == 198, "18 rows, and 4 of them came twice"


def test_rows_that_are_called_known_and_are_nowhere_are_not_accounted_for(lap: Lap) -> None:
    """Who computes duplicates from the other three numbers has a book that adds up, and is wrong."""
    good, bad = lap.books()
    lap.settle(good[30:], bad, [lap.book(loaded=152, twice=50)])
    (file,) = lap.rows("facts_intake")
    assert file["received"] == file["booked"] + file["held"] + file["duplicates"]
    assert file["accounted"] < 220 - 30 - 20


@pytest.mark.parametrize("wrong", [{"received": 200}, {"loaded": 181}, {"held": 0}])
def test_a_number_that_is_not_the_files_accounts_for_nothing(lap: Lap, wrong: dict[str, int]) -> None:
    good, bad = lap.books()
    lap.settle(good, bad, [lap.book(**wrong)])
    assert lap.rows("facts_intake")[0]["accounted"] == 0


def test_a_file_that_is_in_the_book_twice_is_not_accounted_for(lap: Lap) -> None:
    good, bad = lap.books()
    lap.settle(good, bad, [lap.book(), lap.book()])
    assert lap.rows("facts_intake")[0]["accounted"] == 0


def test_what_names_no_file_or_nothing_in_it_speaks_of_nobodys_scan(lap: Lap) -> None:
    good, bad = lap.books()
    lap.settle([*good, good[0] | {"file": "A_2.csv"}, good[0] | {"seq": 9999}], [*bad, bad[0] | {"file": "A_2.csv"}])
    assert [row["verdict"] for row in lap.rows("facts_scans")] == ["unknown", "unknown"]
    assert [row["fits"] for row in lap.rows("facts_quarantine")].count(False) == 1


@pytest.mark.parametrize("wrong", [{"reason": "SKU"}, {"raw": "something"}, {"raw": None}])
def test_a_reason_that_is_not_true_of_the_row_does_not_fit(tmp_path: Path, wrong: dict[str, Any]) -> None:
    lap = Lap(tmp_path, reasons={"missing": "quantity missing"})
    good, bad = lap.books()
    lap.settle(good, [bad[0] | wrong, *bad[1:]])
    assert [row["fits"] for row in lap.rows("facts_quarantine")].count(False) == 1


def test_a_row_that_waits_twice_belongs_there_once(lap: Lap) -> None:
    good, bad = lap.books()
    lap.settle(good, [*bad, bad[0]])
    assert [row["belongs"] for row in lap.rows("facts_quarantine")].count(False) == 1


def test_what_comes_at_the_very_end_need_not_be_booked(lap: Lap) -> None:
    lap.settle(at=43.0)
    assert lap.rows("facts_intake") == lap.rows("facts_scans") == []


def test_lines_that_were_never_sent_are_not_answered(lap: Lap) -> None:
    lap.settle()
    assert len(lap.rows("facts_lines")) == len(lap.intents)


def test_it_is_registered_and_says_which_data_and_parts_it_looks_at() -> None:
    kind = WORKLOADS["order-picking"]
    params = kind.params.model_validate({"scans": {"A": "scans"}, "faces": "faces"})
    assert {noun for _, noun, _ in marked(params, "names")} == {"dataset", "part"}
