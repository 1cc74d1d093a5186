"""The service with the demo system behind it."""

from collections.abc import Iterator

import httpx
import pytest
from fastapi.testclient import TestClient

from app.erp import adapter
from app.main import app
from tests.demo_erp import DemoErp


@pytest.fixture
def erp() -> DemoErp:
    return DemoErp()


@pytest.fixture
def client(erp: DemoErp, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    class Demo(adapter.ErpAdapter):
        def __init__(self, settings: adapter.Settings) -> None:
            super().__init__(settings, httpx.MockTransport(erp.handle))

    monkeypatch.setenv("ERP_URL", "http://erp.example")
    monkeypatch.setattr("app.main.ErpAdapter", Demo)
    with TestClient(app) as client:
        yield client
