"""A door that counts who goes through it: `GET /count`."""

from pydantic import Field

from scenarios.vocabulary import Params
from simulator.parts.base import PartKind, made_by


class DoorParams(Params):
    """Parameters of `door-counter`."""

    open: int = Field(default=1, ge=0)
    """How many doors are open; a phase may `set` it."""


PART = PartKind(
    name="door-counter",
    params=DoorParams,
    # The server's libraries are imported only where a lap has such a part.
    make=made_by("{package}.part_server:Door"),
    protocol="http",
    example=lambda _params: "GET /count",
    speaks="json",
)
