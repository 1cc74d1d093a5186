"""What a site host is started with: the JSON at `{path:config}` of its process."""

from pydantic import BaseModel

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
    """Its process name; also the writer's name in the evidence."""
    parts: list[HostedPart]
    control: Listen
    token: str
    evidence: str
