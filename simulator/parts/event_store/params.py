"""Parameters of the event store."""

from collections.abc import Iterable
from typing import Annotated, Self

from pydantic import Field, model_validator

from scenarios.units import Size, Wall
from scenarios.vocabulary import FIXED, Named, Params
from simulator.parts.latency import Latency

StreamName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$", examples=["predictions"])]


class CallLatency(Latency):
    """How long every call takes."""

    median: Wall = Field(default=0.005, gt=0)
    """Half of the calls take no longer."""
    p99: Wall = Field(default=0.025, gt=0)
    """99 of 100 calls take no longer."""


class Stream(Params):
    """One stream of events. The deployment appends to it, or, if it has `data`, only the customer does."""

    data: str | None = Field(default=None, json_schema_extra={"names": "dataset"})
    """A dataset, as the customer delivers it: each row is an event."""
    time: str | None = None
    """The dataset's column of times when a row becomes known, such as one of kind `later`."""
    fields: tuple[str, ...] = ()
    """The fields of a row to show; left out: all columns but `time`."""
    key: str | None = None
    """The field that joins events of several streams; left out: the dataset's key, else `key`."""
    value: str = "value"
    """The field with the number that matters: a score, a label. True and false are 1 and 0."""
    version: str = "version"
    """The field with the version of the model."""
    role: str = "role"
    """The field with that version's role: champion, challenger, shadow."""
    propensity: str = "propensity"
    """The field with the probability of what was shown."""
    required: tuple[str, ...] = ()
    """Fields beside the key without which an event is refused."""

    @model_validator(mode="after")
    def _whose(self) -> Self:
        if (self.data is None) != (self.time is None):
            raise ValueError("`data` and `time` belong together: which rows, and when each becomes known")
        if self.data is None and self.fields:
            raise ValueError("`fields` are of a dataset: say which, with `data`")
        if self.data is not None and self.required:
            raise ValueError("`required` is asked of who appends: a stream with `data` is the customer's")
        return self


class EventStoreParams(Params):
    """Parameters of `event-store`. A phase may change all but `streams`, which are fixed for the lap."""

    streams: dict[StreamName, Stream] = Field(min_length=1, json_schema_extra=FIXED)
    """Streams by name."""
    held: tuple[str, ...] = ()
    """Streams of the customer's that pause: events from meanwhile appear once they resume."""
    token: str | None = Field(default=None, min_length=1)
    """A bearer token that callers must send; left out: none is needed."""
    page: int = Field(default=500, gt=0)
    """Most events that a caller gets at once."""
    largest: Size = Field(default=16 * 2**10, gt=0)
    """Most bytes of one event, as JSON."""
    room: Size = Field(default=64 * 2**20, gt=0)
    """Most bytes of everything appended in a lap; beyond it, appending is refused."""
    latency: CallLatency = CallLatency()

    def named(self) -> Iterable[Named]:
        for name, stream in self.streams.items():
            if stream.data is not None:
                told = {"time": stream.time, "key": stream.key}
                yield from (Named(("streams", name, word), c, stream.data) for word, c in told.items() if c is not None)
                for index, column in enumerate(stream.fields):
                    yield Named(("streams", name, "fields", index), column, stream.data)

    @model_validator(mode="after")
    def _held_exist(self) -> Self:
        for name in self.held:
            if name not in self.streams:
                raise ValueError(f"held: there is no stream {name!r}")
            if self.streams[name].data is None:
                raise ValueError(f"held: {name!r} is the deployment's; only a stream with `data` can stand still")
        return self
