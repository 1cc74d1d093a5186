"""From the keeper's plain data to a snapshot, as the customer's own screens could show it. Pure.

So it has neither what was answered untruly, nor faults that the scenario put on a link, nor why something was booked,
nor how the phases are called that are to come. What the learner put on a link by hand is there.
"""

from collections.abc import Iterable
from dataclasses import replace

from labs.world.live.model import Books, Fault, Link, Money, Second, Snapshot, When
from scenarios.model import Scenario
from simulator.clock import Span
from simulator.clock import timeline as whole
from simulator.evidence.run import Calibration
from simulator.protocol.live import FieldLive, LapMoney, LinkState, WorldState


def snapshot(
    world: WorldState,
    seconds: Iterable[Second],
    scenario: Scenario,
    calibration: Calibration | None,
) -> Snapshot:
    """Return what the keeper's message `world` and the seconds so far say."""
    field = world.field
    return Snapshot(
        state=world.state,
        lap=world.lap,
        runtime=world.runtime,
        why=world.why,
        services=world.services,
        links=tuple(_link(link) for link in field.links) if field is not None else (),
        when=_when(field, world.timeline) if field is not None else None,
        seconds=tuple(replace(one, ok=one.ok + one.wrong, wrong=0) for one in seconds),
        money=_money(field, world.timeline, scenario, calibration) if field is not None else None,
    )


def _link(link: LinkState) -> Link:
    own = (Fault(one.kind, one.params, one.share, one.struck) for one in link.faults if one.by_hand)
    return Link(link.name, link.inward, link.connections, tuple(own))


def _when(field: FieldLive, spans: tuple[Span, ...]) -> When | None:
    at, phase, sim, rate = field.at, field.phase, field.sim, field.rate
    if at is None or field.lap is None or not spans or phase is None or sim is None or rate is None:
        return None
    known = tuple(replace(span, name=span.name if span.begins <= at else "") for span in spans)
    return When(field.lap, max(0.0, at), phase, sim, rate, known)


def _money(
    field: FieldLive, spans: tuple[Span, ...], scenario: Scenario, calibration: Calibration | None
) -> Money | None:
    laps = [_books(lap) for lap in field.money if lap.lap]
    if not laps:
        return None
    all_hours = graded_hours(whole(scenario).spans)
    hours = graded_hours(spans, field.at) if field.at is not None and spans else all_hours
    share = hours / (all_hours or 1.0)
    return Money(
        currency=scenario.customer.currency,
        now=laps[-1],
        before=laps[-2] if len(laps) > 1 else None,
        hours=hours,
        reference=sum(calibration.reference.ledger.values()) * share if calibration else None,
        untouched=sum(calibration.untouched.ledger.values()) * share if calibration else None,
    )


def _books(lap: LapMoney) -> Books:
    accounts: dict[str, dict[str, float]] = {}
    for book in lap.books:
        told = accounts.setdefault(book.account, {"": 0.0})
        told[""] += book.amount
    return Books(lap.lap, lap.total, accounts)


def graded_hours(spans: Iterable[Span], at: float = float("inf")) -> float:
    """Return simulated hours of graded phases until wall second `at`, in which most losses come about."""
    return sum(max(0.0, min(at, s.ends) - s.begins) * s.rate for s in spans if s.graded) / 3600
