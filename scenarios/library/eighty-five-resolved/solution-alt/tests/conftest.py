"""A bot whose neighbours are played by the tests."""

from typing import Any

import pytest

from app import settings
from app.cases import Cases
from app.desk import Floor
from app.dialogue import Dialogue


class Neighbours:
    """Clock, phrasebook, order API and service desk in one."""

    def __init__(self) -> None:
        self.packets: list[dict[str, Any]] = []
        self.written: list[str] = []
        self.seats = 40
        self.now = 0.0

    def minute(self) -> float:
        """A tenth of a minute from chat to chat."""
        self.now += 0.1
        return self.now

    def answer(self, topic: str, order: str) -> str:
        """As the phrasebook does."""
        return f"About the {topic} of {order}."

    async def write(self, topic: str) -> None:
        """As the model would."""
        self.written.append(topic)

    async def get(self, order: str) -> dict[str, Any]:
        """As the order API does."""
        return {"order": order, "status": "shipped", "total": 59.9}

    async def floor(self) -> Floor | None:
        """As the desk does."""
        return Floor(self.seats, 0, 0) if self.seats else None

    async def take(self, packet: dict[str, Any]) -> bool:
        """As the desk does."""
        self.packets.append(packet)
        return True


@pytest.fixture(scope="session")
def cases() -> Cases:
    return Cases()


@pytest.fixture
def neighbours(monkeypatch: pytest.MonkeyPatch) -> Neighbours:
    for name in ("LLM_URL", "LLM_API_KEY", "ORDERS_URL", "DESK_URL", "CLOCK_URL"):
        monkeypatch.setenv(name, "http://neighbours")
    return Neighbours()


@pytest.fixture
def bot(neighbours: Neighbours, cases: Cases) -> Dialogue:
    return Dialogue(settings.load(), cases, neighbours, neighbours, neighbours, neighbours)
