"""The decision, with a WMS that knows one face."""

import asyncio
from datetime import datetime
from typing import Any

import pytest
from app.schemas import Advice, Line
from app.settings import Settings
from app.slotting import Slotter, UnknownFace


class OneFace:
    """A WMS in which 100 eaches lie in one face."""

    async def rows(self, query: str, values: Any = None) -> list[tuple[Any, ...]]:
        return [(100, 0)] if values["sku"] == "K1" else []


class Noon:
    """A clock."""

    def now(self) -> datetime:
        return datetime(2026, 3, 8, 12)


def advise(sku: str, quantity: int) -> Advice:
    settings = Settings.model_construct(model="v1", cover=0.5)
    slotter = Slotter(settings, OneFace(), Noon())  # type: ignore[arg-type]
    line = Line(line_id="RL-1", site="A", sku=sku, quantity=quantity, asked_at=datetime(2026, 3, 8, 12))
    return asyncio.run(slotter.advise(line))


@pytest.mark.parametrize(("quantity", "action"), [(100, "pick"), (101, "replenish")])
def test_what_is_there_is_picked(quantity: int, action: str) -> None:
    assert advise("K1", quantity).action == action


def test_a_face_that_is_not_there_is_said_so() -> None:
    with pytest.raises(UnknownFace):
        advise("K2", 1)
