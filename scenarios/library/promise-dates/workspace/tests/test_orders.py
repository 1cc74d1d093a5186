"""Orders and their dates."""

from fastapi.testclient import TestClient

from tests.demo_erp import DemoErp


def order(article: str, quantity: int, at: str = "2026-03-02T08:14:05") -> dict[str, object]:
    return {"order_id": "HW-000123", "article": article, "quantity": quantity, "ordered_at": at}


def test_is_healthy(client: TestClient) -> None:
    assert client.get("/health").json() == {"status": "ok"}


def test_what_is_in_stock_leaves_on_the_next_working_day(client: TestClient, erp: DemoErp) -> None:
    answer = client.post("/orders", json=order("A-1001", 1200))
    assert answer.json() == {"order_id": "HW-000123", "promise_date": "2026-03-03", "stale": False}
    assert erp.purchases == []


def test_after_friday_comes_monday(client: TestClient) -> None:
    answer = client.post("/orders", json=order("A-1001", 1, "2026-03-06T16:00:00"))
    assert answer.json()["promise_date"] == "2026-03-09"


def test_what_is_short_takes_the_lead_time_and_is_bought(client: TestClient, erp: DemoErp) -> None:
    answer = client.post("/orders", json=order("A-1002", 120))
    assert answer.json()["promise_date"] == "2026-03-05"
    assert [(p["Auftrag"], p["ArtikelNr"], p["Menge"]) for p in erp.purchases] == [("HW-000123", "A-1002", "120,00")]


def test_lead_time_skips_the_weekend(client: TestClient) -> None:
    answer = client.post("/orders", json=order("A-1003", 1, "2026-03-05T09:00:00"))
    assert answer.json()["promise_date"] == "2026-03-13"


def test_we_log_in_once(client: TestClient, erp: DemoErp) -> None:
    for _ in range(3):
        client.post("/orders", json=order("A-1001", 1))
    assert erp.calls == ["Anmelden", "BestandLesen", "BestandLesen", "BestandLesen"]


def test_refuses_what_we_do_not_sell(client: TestClient) -> None:
    assert client.post("/orders", json=order("B-1", 1)).status_code == 422
