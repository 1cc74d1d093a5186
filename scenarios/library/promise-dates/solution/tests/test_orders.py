"""Orders and their dates."""

import time

import pytest
from fastapi.testclient import TestClient

from tests.demo_erp import DemoErp


def order(article: str, quantity: int, at: str = "2026-03-02T08:14:05") -> dict[str, object]:
    return {"order_id": "HW-000123", "article": article, "quantity": quantity, "ordered_at": at}


def promised(client: TestClient, *args: object) -> dict[str, object]:
    """The answer, once the stock was read for the first time."""
    for _ in range(500):
        answer = client.post("/orders", json=order(*args))  # type: ignore[arg-type]
        if answer.status_code == 200:
            break
        time.sleep(0.02)
    return dict(answer.json())


def test_is_healthy(client: TestClient) -> None:
    assert client.get("/health").json() == {"status": "ok"}


@pytest.mark.parametrize(
    ("article", "quantity", "at", "date"),
    [
        ("A-1001", 1200, "2026-03-02T08:14:05", "2026-03-03"),
        ("A-1001", 1251, "2026-03-02T08:14:05", "2026-03-06"),
        ("A-1002", 120, "2026-03-02T08:14:05", "2026-03-05"),
        ("A-1001", 1, "2026-03-06T16:00:00", "2026-03-09"),
        ("A-1003", 1, "2026-03-05T09:00:00", "2026-03-13"),
    ],
)
def test_dates(
    client: TestClient, local: dict[str, str], article: str, quantity: int, at: str, date: str
) -> None:
    local["now"] = at
    assert promised(client, article, quantity, at) == {"order_id": "HW-000123", "promise_date": date, "stale": False}


def test_what_is_short_is_bought_once_however_often_it_is_asked_for(client: TestClient, erp: DemoErp) -> None:
    promised(client, "A-1002", 120)
    promised(client, "A-1002", 120)
    for _ in range(500):
        if erp.purchases:
            break
        time.sleep(0.02)
    (purchase,) = erp.purchases.values()
    assert (purchase["Auftrag"], purchase["ArtikelNr"], purchase["Menge"]) == ("HW-000123", "A-1002", "120,00")


def test_refuses_what_we_do_not_sell(client: TestClient) -> None:
    assert client.post("/orders", json=order("B-1", 1)).status_code == 422


def test_gives_its_sessions_back(erp: DemoErp, client: TestClient) -> None:
    promised(client, "A-1001", 1)
    client.__exit__()
    assert erp.sessions == set()
