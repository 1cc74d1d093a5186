"""What clients ask of a keeper, the keeper of the field, and what they answer."""

from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import Field

from simulator.protocol.base import Message, Model

Phase = Literal["starting", "running", "paused", "broken", "stopping"]
"""What a world is doing. broken: its deployment does not start, and it waits for another."""


class KeeperAddress(Message):
    """Who keeps a world, and how to reach it: `keeper.json`."""

    pid: int
    created: float
    """When that process began, in epoch seconds: a number is given to another one later."""
    url: str
    token: str
    """What every call has to bring, as `Authorization: Bearer`."""


class RedeployRequest(Model):
    """Body of the keeper's `POST /redeploy`: which folder to deploy."""

    snapshot: Path


class JumpRequest(Model):
    """Body of the keeper's `POST /phase`: where the next lap begins."""

    phase: str


class Holder(Model):
    """Body of the keeper's `POST /pause` and `POST /resume`: one wish for rest, of a process on this machine."""

    pid: int
    created: float
    """When that process began, in epoch seconds: a number is given to another one later."""
    token: str
    """Tells wishes of one process apart."""


class Stopping(Model):
    """The keeper's answer to `POST /stop`."""

    stopping: Literal[True] = True


class FieldState(Model):
    """Where the lap is, and what became of its requests so far; between two laps, of the last one."""

    lap: int | None = None
    """None: none runs."""
    at: float | None = None
    """Wall seconds since its start."""
    phase: str | None = None
    sim: datetime | None = None
    """The customer's local time."""
    rate: float | None = None
    """Simulated seconds per wall second."""
    intended: int = 0
    """Requests that were due."""
    answered: int = 0
    ok: int = 0
    wrong: int = 0
    failed: int = 0


class WorldStatus(Model):
    """The keeper's answer to `GET /status`, and to what changes the world."""

    session: str
    scenario: str
    phase: Phase
    lap: int
    runtime: str
    why: str
    """Why it is that runtime."""
    services: dict[str, str]
    """Where each service answers, through the field; none before the field is there."""
    parts: dict[str, str] = Field(default={})
    """Where the owner of a practice world reaches each part through its link, as `host:port`."""
    restarts: dict[str, int]
    """How often each service ended by itself since it was deployed."""
    toxiproxy: str | None
    """Where Toxiproxy's clients find the links of a practice world."""
    field: FieldState | None
    """None while no lap runs or rests."""


class LapRequest(Model):
    """Body of the field's `POST /laps`."""

    number: int
    seed: int
    first: str | None = None
    """Phase to begin with; left out: the first one."""
    customer: int | None = None
    """The seed that says who the customer is, in a world of several laps; left out: the lap's own."""


class LapBegun(Model):
    """The field's answer to `POST /laps`."""

    number: int


class Readiness(Model):
    """The field's answer to `GET /ready`."""

    ready: bool
    waiting: tuple[str, ...]
    """Site hosts and services that are not ready yet."""
