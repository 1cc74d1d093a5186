"""The configuration that the field is started with: the JSON at `{path:config}` of its process."""

from pydantic import BaseModel

from scenarios.draws import Template
from simulator.plan import Listen


class Link(BaseModel):
    """A connection through the field: what the deployment (or traffic) dials, and the real thing behind it."""

    name: str
    """The part's name, or the service's for traffic that comes in."""
    protocol: str
    """`http` (faults are injected into requests) or `tcp` (into connections)."""
    listen: Listen
    target: Listen
    ready: str | None = None
    """Path to GET on the target until it answers 2xx, for services."""
    connections: int | None = None
    """How many may be open at once; None: as many as on any link."""
    key: str | None = None
    """Where a request holds the business key that it is about: see `PartKind.key`."""


class FieldConfig(BaseModel):
    """Everything that the field needs; the seed comes with each lap."""

    scenario: Template
    links: list[Link]
    control: Listen
    clock: Listen
    clocks: dict[str, Listen] = {}
    """Clocks of single services, which may be off."""
    dns: Listen
    site: dict[str, str]
    """Control URL of each site host, by process name."""
    hosts: dict[str, str]
    """The site host that runs each part, by part name."""
    token: str
    """What control and the site hosts ask for, as `Authorization: Bearer`."""
    practice: bool = False
    """Whether the world's owner may change its links by hand (`simulator.field.toxiproxy`); never in an exam."""
    doorways: dict[str, Listen] = {}
    """Where the owner of a practice world reaches each part through its link, by part name."""
    transcript: bool = False
    """Whether a lap also keeps every answer and the site's final state (`simulator.field.transcript`)."""
    evidence: str
    """Folder that holds one folder a lap."""
