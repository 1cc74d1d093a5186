from datetime import datetime, timedelta
from typing import Any

import pytest

from simulator.workloads.scan_audit import Scan
from simulator.workloads.short_picks import Beliefs, largest, mistake

COUNT = datetime(2026, 3, 8, 1)
AT = COUNT + timedelta(hours=2)


def scan(receipt: bool = False, at: datetime = AT, name: str = "DRY-01") -> Scan:
    return Scan(("B", "HH-01", "7"), 0, {"sku": "S1", "bin": name, "qty": 6, "scanned_at": at}, {}, None, receipt)


@pytest.mark.parametrize(
    ("receipt", "verdict", "column", "booked", "effect"),
    [
        (False, "lost", None, None, 6),  # six pieces were taken, and the books still have them
        (True, "lost", None, None, -6),
        (False, "held-back", None, "no date", 6),
        (True, "doubled", None, 3, 12),
        (False, "doubled", None, 2, -6),
        (True, "wrong", "qty", 72, 66),
        (False, "wrong", "qty", 1, 5),
        (True, "invented", None, 9999, 9993),
        (True, "wrong", "qty", "many", None),
        (False, "wrong", "scanned_at", COUNT - timedelta(hours=1), 6),  # before the count: it is left out
        (False, "wrong", "scanned_at", AT + timedelta(days=150), 6),
        (False, "wrong", "scanned_at", AT - timedelta(minutes=30), 0),
        (False, "wrong", "scanned_at", "yesterday", 6),
        (False, "wrong", "bin", "DRY-02", 0),
        (False, "wrong", "sku", "S2", 6),
    ],
)
def test_what_a_mistake_adds_to_the_belief(
    receipt: bool, verdict: Any, column: str | None, booked: Any, effect: int | None
) -> None:
    booked = booked.isoformat() if isinstance(booked, datetime) else booked
    assert scan(receipt).effect(verdict, column, booked, COUNT) == effect
    assert scan(receipt, COUNT).effect(verdict, column, booked, COUNT) == 0


def test_letters_are_told_from_files() -> None:
    assert mistake(scan(name="CHÃO-01"), "lost", None) == "letters"
    assert mistake(scan(), "lost", None) == "not-loaded"
    assert mistake(scan(name="CHÃO-01"), "wrong", "qty") == "qty"
    assert mistake(scan(), "doubled", None) == "doubled"


def test_a_short_pick_is_put_to_what_adds_most_until_then() -> None:
    beliefs = Beliefs()
    face = ("B", "S1")
    for at, kind, effect in ((1.0, "letters", 6), (2.0, "qty", 5), (3.0, "letters", -4), (9.0, "qty", 90)):
        beliefs.add(face, at, kind, effect)  # type: ignore[arg-type]
    beliefs.add(face, 1.0, "doubled", None)
    assert largest(beliefs.added(face, 2.5)) == ("letters", 6)
    assert largest(beliefs.added(face, 4.0)) == ("qty", 5)
    assert largest(beliefs.added(face, 9.0)) == ("qty", 95)
    assert largest(beliefs.added(face, 0.5)) == (None, 0)
    assert largest({"letters": -3, "qty": 0}) == (None, 0)
    assert largest({"qty": 3, "letters": 3}) == ("letters", 3)
