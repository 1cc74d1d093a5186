"""The queue as the registry knows it; the driver is imported only when one is made."""

from simulator.parts.base import made_by
from simulator.parts.postgres.reach import database_kind
from simulator.parts.queue.params import QueueParams
from simulator.parts.queue.tables import TABLES

QUEUE = database_kind(
    "queue", QueueParams, made_by("simulator.parts.queue.part:Queue"), TABLES,
    (("simulator.parts.queue", "queue.sql"),),
)  # fmt: skip
