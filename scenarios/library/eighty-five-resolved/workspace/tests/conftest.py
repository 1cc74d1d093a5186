"""A bot whose neighbours are played by the tests."""

from typing import Any

import pytest

from app import settings
from app.dialogue import Dialogue
from app.llm import NoAnswer
from app.topics import TopicModel


class Neighbours:
    """Model, order API and service desk in one."""

    def __init__(self) -> None:
        self.facts: list[str] = []
        self.packets: list[dict[str, Any]] = []
        self.model_is_up = True

    async def answer(self, chat: str, topic: str, article: str, text: str, facts: str) -> str:
        """As the model does."""
        self.facts.append(facts)
        if not self.model_is_up:
            raise NoAnswer("down")
        return f"Have a look at {article}."

    async def get(self, order: str) -> dict[str, Any]:
        """As the order API does."""
        return {"order": order, "status": "shipped", "total": 59.9}

    async def hand_over(self, packet: dict[str, Any]) -> str:
        """As the desk does."""
        self.packets.append(packet)
        return "T-00001"


@pytest.fixture
def neighbours(monkeypatch: pytest.MonkeyPatch) -> Neighbours:
    for name in ("LLM_URL", "LLM_API_KEY", "ORDERS_URL", "DESK_URL"):
        monkeypatch.setenv(name, "http://neighbours")
    return Neighbours()


@pytest.fixture
def bot(neighbours: Neighbours) -> Dialogue:
    return Dialogue(settings.load(), TopicModel(), neighbours, neighbours, neighbours)
