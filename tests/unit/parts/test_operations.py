import json
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles

import pytest
from pydantic import ValidationError

from simulator.clock import Clock, Span, Timeline
from simulator.evidence.recorder import Recorder
from simulator.parts import PARTS
from simulator.parts.base import Lap
from simulator.parts.soap_erp.envelope import Call
from simulator.parts.soap_erp.errors import Code, ErpFault
from simulator.parts.soap_erp.operations import Desk
from simulator.parts.soap_erp.pace import Pace
from simulator.parts.soap_erp.params import CallLatency, ErpParams, HungWrites, SlowCalls

START = datetime(2026, 3, 2, 8)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    timeline = Timeline((Span("all", 0, 600, START, 450.0, graded=True, shift=False),))
    with Recorder(tmp_path, "site") as recorder:
        yield Desk(Lap(7, Clock(timeline, time.monotonic()), recorder), ErpParams())


def write(order: str, **more: str) -> Call:
    values = {"Auftrag": order, "ArtikelNr": "A-1001", "Menge": "5,00"} | more
    return Call("BestellungAnlegen", {name: [value] for name, value in values.items()})


def hung(desk: Desk, orders: list[str]) -> set[str]:
    return {order for order in orders if desk.hangs(write(order))}


def test_which_orders_hang_depends_on_their_number_alone(desk: Desk, tmp_path: Path) -> None:
    orders = [f"HW-{i:06}" for i in range(200)]
    struck = hung(desk, orders)
    assert len(struck) == 16
    other = Desk(desk.lap, desk.rules)
    assert hung(other, orders[::-1]) == struck


def test_an_order_hangs_once(desk: Desk) -> None:
    orders = [f"HW-{i:06}" for i in range(100)]
    assert hung(desk, orders)
    assert hung(desk, orders) == set()


def test_orders_without_a_number_are_dealt_as_they_come(desk: Desk) -> None:
    assert len(hung(desk, [f"shop/{i}/x" for i in range(100)])) == 8


def test_stock_is_written_in_the_locale(desk: Desk) -> None:
    large = next(a for a in desk.stock.articles if desk.stock.at(a, START).quantity >= 1000)
    call = Call("BestandLesen", {"ArtikelNr": [large]})
    quantity = desk.stock.at(large, START).quantity
    assert f"<Menge>{quantity // 1000}.{quantity % 1000:03},00</Menge>" in desk.run(call)
    desk.configure(ErpParams(locale="en_US"))
    assert f"<Menge>{quantity // 1000},{quantity % 1000:03}.00</Menge>" in desk.run(call)


def test_a_list_is_whole_or_refused(desk: Desk) -> None:
    assert desk.run(Call("BestandListe", {"ArtikelNr": list(desk.stock.articles[:40])})).count("<Bestand>") == 40
    for articles in ([], list(desk.stock.articles[:41])):
        with pytest.raises(ErpFault):
            desk.run(Call("BestandListe", {"ArtikelNr": articles}))
    with pytest.raises(ErpFault) as fault:
        desk.run(Call("BestandListe", {"ArtikelNr": ["A-1001", "A-1081"]}))
    assert fault.value.code == Code.ARTIKEL_UNBEKANNT


def test_latency_is_as_asked() -> None:
    pace = Pace(7, ErpParams(latency=CallLatency(median=0.02, p99=0.08)))
    drawn = [pace.base() for _ in range(20_000)]
    assert median(drawn) == pytest.approx(0.02, rel=0.05)
    assert quantiles(drawn, n=100)[98] == pytest.approx(0.08, rel=0.1)


def test_the_share_of_slow_calls_is_exact() -> None:
    pace = Pace(7, ErpParams(slow=SlowCalls(share=0.05, from_=8, to=12)))
    drawn = [pace.slow() for _ in range(200)]
    assert Counter(wait > 0 for wait in drawn) == {False: 190, True: 10}
    assert all(8 <= wait <= 12 for wait in drawn if wait)
    pace.configure(ErpParams(slow=SlowCalls(share=0)))
    assert not any(pace.slow() for _ in range(200))


def test_params_read_what_authors_write() -> None:
    params = PARTS["soap-erp"].params.model_validate(
        {"token": "20m sim", "slow": {"share": "5%"}, "hung_writes": {"share": "8 %", "from": "2s", "to": "3s"}}
    )
    assert params == ErpParams(
        token=1200.0, slow=SlowCalls(share=0.05), hung_writes=HungWrites(share=0.08, from_=2, to=3)
    )
    assert ErpParams.model_validate(params.model_dump(by_alias=True)) == params
    for wrong in ({"token": "20m"}, {"slow": {"from": "3s", "to": "2s"}}, {"latency": {"median": "1s"}}, {"x": 1}):
        with pytest.raises(ValidationError):
            ErpParams.model_validate(wrong)


def test_a_file_with_very_many_problems_takes_little_room_in_the_evidence(desk: Desk) -> None:
    desk.note_file(desk.dropbox.deliver("orders.txt", b"x\n" * 5_000), "delivered")
    desk.lap.recorder.flush()
    (row,) = map(json.loads, (desk.lap.recorder.folder / "facts_dropbox.site.jsonl").read_text().splitlines())
    assert row["problems"].splitlines() == [f"line {n}: 1 characters, not 80" for n in range(1, 21)]
    assert len(desk.dropbox.protocols["orders.log"].splitlines()) == 5_001
