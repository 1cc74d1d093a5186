"""Parameters of a queue."""

from collections.abc import Iterable
from typing import Literal

from pydantic import Field, model_validator

from scenarios.units import Share, Simulated
from scenarios.vocabulary import FIXED, Named, Params
from simulator.parts.postgres.params import Name, PostgresParams
from simulator.parts.schedule import Schedule, Spell, TimeOfDay


class Publication(Schedule):
    """Messages that the customer publishes. Shares apply to them in order, and are exact in number."""

    text: str | None = None
    """The text of each message, with `{n}` for its number; a schedule says when…"""
    data: str | None = Field(default=None, json_schema_extra={"names": "dataset"})
    """…or a dataset: each row is a message, a JSON object."""
    time: str | None = None
    """The dataset's column with the time when a row is published; left out: evenly over the lap."""
    key: str | None = None
    """The business key: a text with `{n}`, or the dataset's column (left out: the dataset's own key)."""
    duplicated: Share = 0.0
    """Published twice."""
    late: Spell | None = None
    """Held back, so that newer ones come first."""
    poison: Share = 0.0
    """Unreadable: cut off, empty, or not JSON."""

    @model_validator(mode="after")
    def _one_source(self) -> "Publication":
        if (self.text is None) == (self.data is None):
            raise ValueError("takes either `text` or `data`")
        if self.text is not None and not self.scheduled:
            raise ValueError("say when: `at`, `every` or `after`")
        if self.text is not None and self.time is not None:
            raise ValueError("`time` is a column: it needs `data`")
        if self.data is not None and self.scheduled:
            raise ValueError("rows are published by their `time`, or evenly over the lap: leave out the schedule")
        return self


class QueueSpec(Params):
    """One queue."""

    visibility: Simulated = Field(default=1800.0, gt=0, json_schema_extra={"acts_on": True})
    """How long a message is reserved for its receiver; then others receive it again."""
    attempts: int | None = Field(default=5, gt=0)
    """How often a message is received before it counts as dead; null: no limit."""
    may: list[Literal["publish", "receive"]] = Field(default=["publish", "receive"])
    """What the deployment may do with it."""
    publish: list[Publication] = Field(default=[])
    """What the customer puts into it."""


class Worker(Params):
    """A program of the customer's that receives messages, one at a time, and sometimes dies while holding one."""

    queue: Name
    takes: Simulated = Field(default=60.0, ge=0)
    """How long it works on a message."""
    every: Simulated = Field(default=60.0, gt=0)
    """How often it looks when there is nothing to do."""
    sends: Name | None = None
    """The queue that gets finished messages; it passes them on before it acknowledges them."""
    poison: Literal["nack", "dies", "dead"] = "nack"
    """What happens to an unreadable message: returned, the worker's death, or set aside as dead."""
    dies: Share = 0.0
    """Share of messages after whose processing it dies, before acknowledging them."""
    dies_at: list[TimeOfDay] = Field(default=[])
    """Times of day at which it dies, whatever it is doing."""
    back: Simulated = Field(default=3600.0, ge=0)
    """How long it is then gone."""


class QueueParams(PostgresParams):
    """Parameters of `queue`: those of `postgres`, and the queues. A phase may also change `workers`."""

    database: Name = Field(default="bus", json_schema_extra=FIXED)
    """Name of the database that the queues are in."""
    queues: dict[Name, QueueSpec] = Field(min_length=1, json_schema_extra=FIXED)
    """Queues by name."""
    workers: dict[str, Worker] = Field(default={})
    """Workers of the customer's by name, which receive beside the deployment."""

    def named(self) -> Iterable[Named]:
        for name, queue in self.queues.items():
            for index, one in enumerate(queue.publish):
                for word, column in (("time", one.time), ("key", one.key)) if one.data is not None else ():
                    if column is not None:
                        yield Named(("queues", name, "publish", index, word), column, one.data)

    @model_validator(mode="after")
    def _queues_exist(self) -> "QueueParams":
        for name, worker in self.workers.items():
            for queue in (worker.queue, worker.sends):
                if queue is not None and queue not in self.queues:
                    raise ValueError(f"worker {name!r}: there is no queue {queue!r} in `queues`")
        return self
