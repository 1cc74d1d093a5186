"""The configuration of a site host: the JSON at `{path:config}` of its process."""

from datetime import datetime

from pydantic import BaseModel

from scenarios.model import DatasetSpec, SimulatedClock
from simulator.plan import Listen


class HostedPart(BaseModel):
    """One part that a site host runs."""

    name: str
    part: str
    params: dict[str, object]
    listen: Listen


class HostConfig(BaseModel):
    """Everything that a site host needs."""

    name: str
    """Its process's name, and its name as a writer of evidence."""
    parts: list[HostedPart]
    control: Listen
    token: str
    evidence: str
    datasets: dict[str, DatasetSpec] = {}
    """The scenario's datasets; parts get them in each lap."""
    starts: datetime = SimulatedClock().starts
    """Simulated local time at a lap's start."""
    files: str | None = None
    """The scenario's folder `site/`, if it has one."""
