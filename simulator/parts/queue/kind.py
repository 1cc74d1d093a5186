"""The queue as the registry knows it; the driver is imported only when one is made."""

from simulator.parts.base import Part, PartKind
from simulator.parts.postgres.kind import access
from simulator.parts.queue.params import QueueParams
from simulator.parts.queue.tables import TABLES


def _make(name: str, params: QueueParams) -> Part:
    from simulator.parts.queue.part import Queue

    return Queue(name, params)


QUEUE = PartKind(
    name="queue",
    params=QueueParams,
    make=_make,
    protocol="tcp",
    tables=TABLES,
    alone=True,
    scheme="postgresql",
    access=access,
)
