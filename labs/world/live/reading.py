"""From the keeper's plain data to a snapshot. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from labs.world.live.model import Books, Fault, Link, Money, Second, Service, Snapshot, When
from scenarios.model import Scenario
from simulator.clock import Span, Timeline
from simulator.clock import timeline as whole
from simulator.evidence.run import Calibration


def snapshot(
    world: Mapping[str, Any],
    seconds: Iterable[Mapping[str, Any]],
    scenario: Scenario,
    calibration: Calibration | None,
) -> Snapshot:
    """What the keeper's message `world` and the seconds so far say."""
    field = world["field"] or {}
    when = _when(field, world["timeline"])
    return Snapshot(
        state=world["state"],
        lap=world["lap"],
        runtime=world["runtime"],
        why=world["why"],
        services=tuple(Service(**service) for service in world["services"]),
        links=tuple(_link(link) for link in field.get("links", ())),
        when=when,
        seconds=tuple(Second(**second) for second in seconds),
        money=_money(field, world["timeline"], scenario, calibration),
    )


def _link(link: Mapping[str, Any]) -> Link:
    faults = (Fault(fault["kind"], fault["with"], fault["share"], fault["struck"]) for fault in link["faults"])
    return Link(link["name"], link["inward"], link["connections"], tuple(faults))


def _when(field: Mapping[str, Any], timeline: list[dict[str, Any]]) -> When | None:
    if field.get("at") is None or field.get("lap") is None or not timeline:
        return None
    at, sim = max(0.0, field["at"]), datetime.fromisoformat(field["sim"])
    return When(field["lap"], at, field["phase"], sim, field["rate"], Timeline.from_json(timeline).spans)


def _money(
    field: Mapping[str, Any], timeline: list[dict[str, Any]], scenario: Scenario, calibration: Calibration | None
) -> Money | None:
    laps = [_books(lap) for lap in field.get("money", ()) if lap["lap"]]
    if not laps:
        return None
    all_hours = graded_hours(whole(scenario).spans)
    running = field.get("at") is not None and timeline
    hours = graded_hours(Timeline.from_json(timeline).spans, field["at"]) if running else all_hours
    share = hours / (all_hours or 1.0)
    return Money(
        currency=scenario.customer.currency,
        now=laps[-1],
        before=laps[-2] if len(laps) > 1 else None,
        hours=hours,
        reference=sum(calibration.reference.ledger.values()) * share if calibration else None,
        untouched=sum(calibration.untouched.ledger.values()) * share if calibration else None,
    )


def _books(lap: Mapping[str, Any]) -> Books:
    accounts: dict[str, dict[str, float]] = {}
    for book in lap["books"]:
        accounts.setdefault(book["account"], {})[book["cause"]] = book["amount"]
    return Books(lap["lap"], lap["total"], accounts)


def graded_hours(spans: Iterable[Span], at: float = float("inf")) -> float:
    """Simulated hours of graded phases until wall second `at`: the time in which losses count."""
    return sum(max(0.0, min(at, s.ends) - s.begins) * s.rate for s in spans if s.graded) / 3600
