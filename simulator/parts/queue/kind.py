"""The queue as the registry knows it; the driver is imported only when one is made."""

from simulator.parts.base import Part
from simulator.parts.postgres.reach import database_kind
from simulator.parts.queue.params import QueueParams
from simulator.parts.queue.tables import TABLES


def _make(name: str, params: QueueParams) -> Part:
    from simulator.parts.queue.part import Queue

    return Queue(name, params)


QUEUE = database_kind("queue", QueueParams, _make, TABLES)
