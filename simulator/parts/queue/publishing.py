"""What the customer publishes in one lap: a pure function of the queues' specifications, the data and a seed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import orjson

from simulator import seeds
from simulator.clock import Timeline
from simulator.dirt import Dataset
from simulator.parts.queue.params import Publication, QueueSpec
from simulator.sampling import ShuffledSampler

Kind = Literal["ordinary", "duplicate", "poison", "late"]


@dataclass(frozen=True)
class Message:
    """One message that the customer publishes."""

    queue: str
    key: str
    body: str
    kind: Kind
    at: datetime
    """Simulated time from which it can be received."""


def messages(
    queues: Mapping[str, QueueSpec], timeline: Timeline, seed: int, data: Mapping[str, Dataset]
) -> list[Message]:
    """Return every message of the lap, in the order in which they can be received."""
    found: list[Message] = []
    for name, spec in queues.items():
        for number, publication in enumerate(spec.publish):
            found += _publish(name, publication, timeline, seeds.child(seed, "publish", name, str(number)), data)
    return sorted(found, key=lambda message: message.at)


def _publish(
    queue: str, publication: Publication, timeline: Timeline, seed: int, data: Mapping[str, Dataset]
) -> Iterator[Message]:
    twice, late, poison = (
        ShuffledSampler(seeds.child(seed, name), share)
        for name, share in (("twice", publication.duplicated),
                            ("late", publication.late.share if publication.late else 0.0),
                            ("poison", publication.poison))
    )  # fmt: skip
    begins, ends = timeline.sim(0.0), timeline.sim(timeline.traffic_ends)
    for index, (at, key, body) in enumerate(_said(publication, timeline, data)):
        kind: Kind = "ordinary"
        if poison.struck(index):
            kind, body = "poison", _spoilt(body, seed, index)
        elif publication.late is not None and late.struck(index):
            rules = publication.late
            draw = seeds.rng(seed, "late", str(index)).random()
            kind, at = "late", at + timedelta(seconds=rules.from_ + (rules.to - rules.from_) * draw)
        if at >= ends:
            continue
        yield Message(queue, key, body, kind, max(at, begins))
        if twice.struck(index):
            yield Message(queue, key, body, "duplicate" if kind != "poison" else "poison", max(at, begins))


def _said(
    publication: Publication, timeline: Timeline, data: Mapping[str, Dataset]
) -> Iterator[tuple[datetime, str, str]]:
    """Yield time, key and content of each message as it should be."""
    if publication.data is None:
        for number, at in enumerate(publication.times(timeline), 1):
            key = (publication.key or "{n}").replace("{n}", str(number))
            yield at, key, (publication.text or "").replace("{n}", str(number))
        return
    dataset = data[publication.data]
    rows = list(dataset.records())
    keys = dataset.clean[publication.key or dataset.key][dataset.origin].tolist()
    for at, key, row in zip(_times(publication, timeline, dataset, len(rows)), keys, rows, strict=True):
        yield at, str(key), orjson.dumps(row, default=str).decode()


def _times(publication: Publication, timeline: Timeline, dataset: Dataset, count: int) -> Sequence[datetime]:
    if publication.time is not None:
        times: Any = dataset.clean[publication.time][dataset.origin].astype("datetime64[us]").tolist()
        return list(times)
    begins, ends = timeline.sim(0.0), timeline.sim(timeline.traffic_ends)
    return [begins + (ends - begins) * (index / count) for index in range(count)]


def _spoilt(body: str, seed: int, index: int) -> str:
    """Return what a broken producer would send instead."""
    rng = seeds.rng(seed, "poison", str(index))
    return rng.choice(
        (body[: rng.randrange(1, max(len(body) - 1, 2))], "", "null", "<html><body>502 Bad Gateway</body>")
    )
