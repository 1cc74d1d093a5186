"""The service with a stand-in for Halden's ERP."""

from collections.abc import Iterator

import httpx
import pytest
from fastapi.testclient import TestClient

from app import main, settings
from app.erp.adapter import ErpAdapter
from tests.demo_erp import DemoErp


@pytest.fixture
def erp() -> DemoErp:
    return DemoErp()


@pytest.fixture
def adapter(erp: DemoErp, monkeypatch: pytest.MonkeyPatch) -> ErpAdapter:
    monkeypatch.setenv("ERP_URL", "http://erp.example")
    return ErpAdapter(settings.load(), httpx.MockTransport(erp.handle))


@pytest.fixture
def client(adapter: ErpAdapter, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr(main, "ErpAdapter", lambda *_: adapter)
    with TestClient(main.app) as client:
        yield client
