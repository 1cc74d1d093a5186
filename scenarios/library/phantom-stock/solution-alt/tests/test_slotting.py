"""The shelf, and the decision."""

import asyncio
from datetime import datetime, timedelta

import pytest
from app.scans.shelf import Face, Shelf
from app.schemas import Advice, Line
from app.settings import Settings
from app.slotting import Slotter, UnknownFace

NOON = datetime(2026, 3, 8, 12)


class Noon:
    """A clock."""

    def now(self) -> datetime:
        return NOON


def shelf(*moves: tuple[float, str, int]) -> Shelf:
    """One face with 100 counted at six; moves by hours before noon."""
    found = Shelf()
    found.faces["A", "K1"] = Face(100, NOON - timedelta(hours=6))
    for hours, movement, quantity in moves:
        found.put("A", "K1", movement, quantity, NOON - timedelta(hours=hours))
    return found


def test_moves_take_their_place_in_time() -> None:
    seen = shelf((1, "pick", 7), (7, "pick", 50), (3, "receipt", 20), (-1, "pick", 30), (5, "pick", 4))
    assert seen.look("A", "K1", NOON) == (109, 7)
    assert seen.look("A", "K1", NOON - timedelta(hours=4)) == (96, 4)


def test_a_face_is_not_less_than_empty() -> None:
    assert shelf((1, "pick", 700)).look("A", "K1", NOON) == (0, 700)


def advise(sku: str, quantity: int) -> Advice:
    settings = Settings.model_construct(model="v1", cover=0.5)
    slotter = Slotter(settings, None, Noon(), shelf())  # type: ignore[arg-type]
    return asyncio.run(slotter.advise(Line(line_id="RL-1", site="A", sku=sku, quantity=quantity, asked_at=NOON)))


@pytest.mark.parametrize(("quantity", "action"), [(100, "pick"), (101, "replenish")])
def test_what_is_there_is_picked(quantity: int, action: str) -> None:
    assert advise("K1", quantity).action == action


def test_a_face_that_is_not_there_is_said_so() -> None:
    with pytest.raises(UnknownFace):
        advise("K2", 1)
