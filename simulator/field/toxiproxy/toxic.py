"""A toxic: one of our faults under the name, units and attributes that Toxiproxy gives it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from scenarios.model import FaultUse
from simulator import seeds
from simulator.faults.effects import (
    Allowance,
    Delay,
    DelayedClose,
    End,
    FaultEffect,
    Pace,
    Reset,
    Side,
    Silence,
    Slices,
)
from simulator.field.fault_injection import EFFECT_SEED, ActiveFault, LinkInjection, Rows, Ticks

SIDES: Mapping[str, Side] = {"upstream": "request", "downstream": "response"}
_KILO = 1000
"""Bytes of Toxiproxy's kilobyte."""
Attributes = Mapping[str, int]


@dataclass(frozen=True)
class Type:
    """One type of toxic."""

    kind: str
    """Name of the fault that it is."""
    attributes: tuple[str, ...]
    """Names of its attributes: whole numbers, 0 where left out."""
    effect: Callable[[Attributes, Side, Random], FaultEffect]


def _latency(given: Attributes, on: Side, rng: Random) -> FaultEffect:
    spread = rng.uniform(-given["jitter"], given["jitter"]) if given["jitter"] else 0.0
    return FaultEffect(on, (Delay(max(0.0, (given["latency"] + spread) / 1000)),))


def _bandwidth(given: Attributes, on: Side, _rng: Random) -> FaultEffect:
    return FaultEffect(on, (Pace(float(given["rate"] * _KILO)),))


def _slow_close(given: Attributes, on: Side, _rng: Random) -> FaultEffect:
    return FaultEffect(on, (DelayedClose(given["delay"] / 1000),) if given["delay"] else ())


def _timeout(given: Attributes, on: Side, _rng: Random) -> FaultEffect:
    return FaultEffect(on, (Silence(given["timeout"] / 1000 or None),))


def _reset_peer(given: Attributes, on: Side, _rng: Random) -> FaultEffect:
    return FaultEffect(on, (Reset(given["timeout"] / 1000),))


def _slicer(given: Attributes, on: Side, _rng: Random) -> FaultEffect:
    slices = Slices(max(1, given["average_size"]), given["size_variation"], given["delay"] / 1e6)
    return FaultEffect(on, (slices,))


def _limit_data(given: Attributes, on: Side, _rng: Random) -> FaultEffect:
    return FaultEffect(on, (End(), Allowance(given["bytes"])))


TYPES: Mapping[str, Type] = {
    "latency": Type("latency", ("latency", "jitter"), _latency),  # ms
    "bandwidth": Type("bandwidth", ("rate",), _bandwidth),  # kB/s; 0: nothing passes
    "slow_close": Type("slow_close", ("delay",), _slow_close),  # ms
    "timeout": Type("timeout", ("timeout",), _timeout),  # ms; 0: until the toxic is removed
    "reset_peer": Type("reset", ("timeout",), _reset_peer),  # ms
    "slicer": Type("slicer", ("average_size", "size_variation", "delay"), _slicer),  # bytes, bytes, µs
    "limit_data": Type("cut", ("bytes",), _limit_data),
}


class _Hand(ActiveFault):
    """A fault that is switched on by hand, and injected into connections alone."""

    releases_held = True
    affects_idle = True

    def __init__(self, link: str, kind: str, toxicity: float, seed: int, clock: Ticks, recorder: Rows) -> None:
        use = FaultUse.model_validate({"link": link, "share": toxicity, kind: {}})
        super().__init__(use, "tcp", seed, clock, recorder)

    def read(self, raw: Any) -> Any:
        return raw

    def ended(self, injection: LinkInjection, row: Mapping[str, Any]) -> None:
        """Write the row of an injection that is over; it says that this was done by hand."""
        also = f", {row['detail']}" if row["detail"] else ""
        super().ended(injection, {**row, "detail": f"{self.told}{also}"})

    told = "by hand"


class Disabled(_Hand):
    """A proxy with `enabled: false`."""

    told = "disabled by hand"

    def __init__(self, link: str, clock: Ticks, recorder: Rows) -> None:
        super().__init__(link, "down", 1.0, 0, clock, recorder)

    def effect(self, _number: int, _burst: int = 0) -> FaultEffect:
        """Return what disconnects whoever is connected."""
        return FaultEffect("request", (End(),))


class Toxic(_Hand):
    """One toxic of one proxy."""

    def __init__(
        self, link: str, name: str, kind: str, stream: str, toxicity: float, seed: int, clock: Ticks, recorder: Rows
    ) -> None:
        """`kind` is one of `TYPES`, `stream` one of `SIDES`, `toxicity` between 0 and 1."""
        self.type = TYPES[kind]
        super().__init__(link, self.type.kind, toxicity, seeds.child(seed, "toxic", link, name), clock, recorder)
        self.reach = "connection"
        self.name = name
        self.type_name = kind
        self.stream = stream
        self.toxicity = toxicity
        self.attributes: Attributes = dict.fromkeys(self.type.attributes, 0)
        """May be replaced while it is on; who has it keeps it."""
        self.told = f"toxic {name}"

    def said(self) -> Any:
        """Return its attributes, as Toxiproxy names them."""
        return dict(self.attributes)

    def effect(self, number: int, burst: int = 0) -> FaultEffect:
        """Return what its attributes say now."""
        return self.type.effect(self.attributes, SIDES[self.stream], self.rng(EFFECT_SEED, str(number), str(burst)))

    def shown(self) -> dict[str, Any]:
        """Return what the API shows of it."""
        return {
            "attributes": dict(self.attributes),
            "name": self.name,
            "type": self.type_name,
            "stream": self.stream,
            "toxicity": self.toxicity,
        }
