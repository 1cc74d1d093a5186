"""The service with a stand-in for Halden's ERP and a clock that we set."""

from collections.abc import Iterator

import httpx
import pytest
from fastapi.testclient import TestClient

from app import main
from app.clock import Clock
from app.erp.adapter import ErpAdapter
from app.settings import ErpSettings
from tests.demo_erp import DemoErp

SETTINGS = ErpSettings(
    user="shop", password="halden", sessions=2, read_timeout_seconds=1, write_timeout_seconds=1, probe_seconds=0.05
)


@pytest.fixture
def erp() -> DemoErp:
    return DemoErp()


@pytest.fixture
def adapter(erp: DemoErp) -> ErpAdapter:
    return ErpAdapter("http://erp.example", SETTINGS, httpx.MockTransport(erp.handle))


@pytest.fixture
def local() -> dict[str, str]:
    """Halden's local time, as the clock service tells it."""
    return {"now": "2026-03-02T08:14:05"}


@pytest.fixture
def client(
    erp: DemoErp, adapter: ErpAdapter, local: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[TestClient]:
    def now(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={**local, "rate": 1.0})

    clock = Clock("http://clock.example", httpx.MockTransport(now))
    monkeypatch.setenv("ERP_URL", "http://erp.example")
    monkeypatch.setenv("CLOCK_URL", "http://clock.example")
    monkeypatch.setattr(main, "ErpAdapter", lambda *_: adapter)
    monkeypatch.setattr(main, "Clock", lambda *_: clock)
    with TestClient(main.app) as client:
        yield client
