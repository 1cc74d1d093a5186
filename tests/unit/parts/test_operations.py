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
from simulator.parts.soap_erp.stock import delisted

START = datetime(2026, 3, 2, 8)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    timeline = Timeline((Span("all", 0, 600, START, 450.0, graded=True, shift=False),))
    with Recorder(tmp_path, "site") as recorder:
        yield Desk(Lap(7, Clock(timeline, time.monotonic()), recorder), ErpParams())


def write(order: str, **more: str) -> Call:
    values = {"Auftrag": order, "ArtikelNr": "A-1001", "Menge": "5,00"} | more
    return Call("BestellungAnlegen", {name: [value] for name, value in values.items()})


def read(article: str) -> Call:
    return Call("BestandLesen", {"ArtikelNr": [article]})


def hung(desk: Desk, orders: list[str]) -> set[str]:
    return {order for order in orders if desk.hangs(write(order)) != "not"}


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


def test_of_the_writes_that_hang_some_are_not_done(desk: Desk) -> None:
    desk.configure(desk.rules.model_copy(update={"hung_writes": HungWrites(share=0.5, undone=0.25)}))
    hangs = [desk.hangs(write(f"HW-{i:06}")) for i in range(80)]
    assert (hangs.count("not"), hangs.count("undone"), hangs.count("done")) == (40, 10, 30)


def test_an_article_that_is_being_counted_has_a_dash(desk: Desk) -> None:
    def counted() -> set[str]:
        return {a for a in desk.stock.articles if "<Menge>-</Menge>" in desk.run(read(a))}

    assert counted() == set()
    desk.configure(desk.rules.model_copy(update={"counting": 3}))
    three = counted()
    assert len(three) == 3
    call = Call("BestandListe", {"ArtikelNr": list(desk.stock.articles[:40])})
    desk.told(call, 5.0)
    desk.told(call, None)
    assert desk.readings == [{"at": 5.0, "articles": [a for a in desk.stock.articles[:40] if a not in three]}]


def test_what_is_delisted_is_unknown(desk: Desk) -> None:
    other = Desk(desk.lap, desk.rules.model_copy(update={"delisted": 4}))
    unknown = []
    for article in other.stock.articles:
        try:
            other.run(read(article))
        except ErpFault as fault:
            unknown.append((article, fault.code))
    gone = delisted(desk.lap.seed, desk.stock.articles, 4)
    assert {code for _, code in unknown} == {Code.ARTIKEL_UNBEKANNT}
    assert {article for article, _ in unknown} == gone
    assert len(gone) == 4


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
