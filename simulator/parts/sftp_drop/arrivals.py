"""What will arrive in one lap, and when: a pure function of the feeds, the timeline, the data and a seed."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property, partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Literal, Self

from simulator import seeds
from simulator.clock import Timeline
from simulator.dirt.render import Columns, render
from simulator.parts.schedule import Spell
from simulator.parts.sftp_drop.params import Feed
from simulator.sampling import ShuffledSampler

if TYPE_CHECKING:
    from simulator.dirt import Dataset

ALWAYS = -60.0
"""Wall second of files that exist from the beginning: before anybody could look."""


@dataclass(frozen=True)
class Source:
    """A dataset, row by row as the customer's system has it."""

    clean: Columns
    """The truth about each row: when it happened, and which file it belongs to."""
    dirty: Columns
    """What is written."""
    titles: Sequence[tuple[int, Mapping[str, str]]] = ()
    """The names of columns, from which row on."""

    @classmethod
    def of(cls, dataset: "Dataset", clean: Iterable[str]) -> Self:
        """Return the dataset with these of its clean columns."""
        return cls(
            {name: dataset.clean[name][dataset.origin].tolist() for name in (dataset.key, *clean)},
            {name: values.tolist() for name, values in dataset.dirty.items()},
            [(shape.row, {name: shown for shown, name in shape.names.items()}) for shape in dataset.shapes],
        )

    def titles_at(self, row: int) -> Mapping[str, str] | None:
        """Return the names of columns in a file that begins with this row."""
        return next((titles for start, titles in reversed(self.titles) if start <= row), None)


@dataclass(frozen=True)
class Arrival:
    """One file that the customer puts into the drop."""

    feed: str
    path: str
    due: datetime
    begins: float
    """Wall second at which it becomes visible…"""
    ends: float
    """…and at which it is complete."""
    write: Callable[[], bytes] = field(repr=False)
    """Generates the content: a lap may have many files, and its beginning does not wait for all of them."""
    locked_until: float
    part: bool = False
    """Whether its name ends in `.part` until it is complete."""
    kind: Literal["original", "resent", "duplicate"] = "original"
    original: str | None = None
    late: bool = False
    misnamed: bool = False
    keep: float = 1.0
    """The share of the content that is there in the end."""
    numbers: Sequence[int] = ()
    """The rows of data in it, by their numbers in the delivered dataset."""
    repeated: int = 0

    @property
    def rows(self) -> int:
        """The number of rows of data in it, before any cut."""
        return len(self.numbers)

    @property
    def cut(self) -> bool:
        """Whether it is truncated for good."""
        return self.keep < 1.0

    @cached_property
    def content(self) -> bytes:
        """Return everything that will ever be in it."""
        whole = self.write()
        return whole[: int(len(whole) * self.keep)] if self.cut else whole


@dataclass(frozen=True)
class _Batch:
    """The intended content of one file."""

    due: datetime | None
    """None: it is there from the beginning."""
    number: int
    values: tuple[Any, ...] = ()
    """The values of the columns that the feed is split by."""
    rows: tuple[int, ...] = ()
    repeated: int = 0


def arrivals(feeds: Mapping[str, Feed], timeline: Timeline, seed: int, sources: Mapping[str, Source]) -> list[Arrival]:
    """Return every file of the lap, in the order in which they begin; `sources` by feed.

    Raises `KeyError` when a column does not exist.
    """
    found: list[Arrival] = []
    for name, feed in feeds.items():
        found += _Feed(name, feed, timeline, seeds.child(seed, "feed", name), sources.get(name)).arrivals()
    return sorted(found, key=lambda arrival: arrival.begins)


class _Feed:
    def __init__(self, name: str, feed: Feed, timeline: Timeline, seed: int, source: Source | None) -> None:
        self._name = name
        self._feed = feed
        self._timeline = timeline
        self._seed = seed
        self._source = source

    def arrivals(self) -> Iterator[Arrival]:
        feed = self._feed
        lost, cut, copied, misnamed = (
            self._deck(name, share)
            for name, share in (("lost", feed.lost), ("cut", feed.cut), ("copied", feed.duplicated),
                                ("misnamed", feed.misnamed))
        )  # fmt: skip
        late, resent = (self._spells(name, spell) for name, spell in (("late", feed.late), ("resent", feed.resent)))
        locked = self._deck("locked", feed.locked.share if feed.locked else 0.0)
        for index, batch in enumerate(self._batches()):
            delay, again = late(index), resent(index)
            if lost(index):
                continue
            file = self._file(batch, delay, bool(locked(index)))
            if misnamed(index):
                file = replace(file, path=_wrong(file.path, self._draw("name", index)), misnamed=True)
            whole = file
            if cut(index):
                file = replace(file, keep=0.3 + 0.6 * self._draw("cut", index))
            yield file
            if copied(index):
                yield replace(file, kind="duplicate", original=file.path, path=_named(file.path, "_copy"),
                              repeated=file.rows)  # fmt: skip
            if again is not None:
                yield self._again(whole, batch, again)

    def _batches(self) -> Iterator[_Batch]:
        times: Sequence[datetime | None] = self._feed.times(self._timeline) if self._feed.scheduled else [None]
        if self._source is None:
            yield from (_Batch(due, number) for number, due in enumerate(times, 1))
            return
        keys = self._keys(self._source)
        tails: dict[tuple[Any, ...], tuple[int, ...]] = {}
        number = 0
        for due, rows in zip(times, self._shares(self._source, times), strict=True):
            groups: dict[tuple[Any, ...], list[int]] = {key: [] for key in sorted(set(keys), key=str)}
            for row in rows:
                groups[keys[row]].append(row)
            for key, mine in groups.items():
                number += 1
                tail = tails.get(key, ())
                yield _Batch(due, number, key, (*tail, *mine), len(tail))
                keep = round(len(mine) * self._feed.overlap)
                tails[key] = tuple(mine[-keep:]) if keep else ()

    def _keys(self, source: Source) -> list[tuple[Any, ...]]:
        count = len(next(iter(source.clean.values()), ()))
        if not self._feed.split:
            return [()] * count
        return list(zip(*(source.clean[name] for name in self._feed.split), strict=True))

    def _shares(self, source: Source, times: Sequence[datetime | None]) -> Iterator[Sequence[int]]:
        """Yield the rows that are new at each time."""
        count = len(next(iter(source.clean.values()), ()))
        if self._feed.time is None or times == [None]:
            yield from (range(count * n // len(times), count * (n + 1) // len(times)) for n in range(len(times)))
            return
        at = source.clean[self._feed.time]
        order = sorted(range(count), key=lambda row: at[row])
        start = 0
        for due in times:
            stop = start
            while stop < count and due is not None and at[order[stop]] <= due:
                stop += 1
            yield sorted(order[start:stop])
            start = stop

    def _file(self, batch: _Batch, delay: float | None, locked: bool) -> Arrival:
        feed, clock = self._feed, self._timeline
        due = batch.due or clock.sim(0.0)
        begun = due + timedelta(seconds=delay or 0.0)
        ended = begun + timedelta(seconds=feed.write)
        lasts = timedelta(seconds=feed.locked.lasts if feed.locked and locked else 0.0)
        named = feed.name.format(
            date=f"{due:%Y%m%d}", time=f"{due:%H%M}", due=due, n=batch.number,
            **dict(zip(feed.split, batch.values, strict=True)),
        )  # fmt: skip
        always = batch.due is None and not delay
        return Arrival(
            feed=self._name, path=f"/{feed.folder}/{named.replace('/', '-')}", due=due,
            begins=ALWAYS if always else clock.when(begun), ends=ALWAYS if always else clock.when(ended),
            write=partial(self._content, batch.rows, batch.values),
            part=feed.while_writing == "part" and feed.write > 0,
            locked_until=clock.when(ended + lasts) if lasts else ALWAYS, late=delay is not None,
            numbers=batch.rows, repeated=batch.repeated,
        )  # fmt: skip

    def _again(self, file: Arrival, batch: _Batch, delay: float) -> Arrival:
        """Return the file, or its last rows, a second time."""
        assert self._feed.resent is not None
        came = max(file.due, self._timeline.sim(max(file.ends, 0.0)))
        begins = self._timeline.when(came + timedelta(seconds=delay))
        rows = batch.rows[len(batch.rows) - round(len(batch.rows) * self._feed.resent.rows) :]
        return replace(
            file, kind="resent", original=file.path, begins=begins, locked_until=ALWAYS,
            ends=self._timeline.when(came + timedelta(seconds=delay + self._feed.write)),
            path=file.path if self._feed.resent.name == "same" else _named(file.path, "_r"),
            write=partial(self._content, rows, batch.values), numbers=rows, repeated=len(rows),
        )  # fmt: skip

    def _content(self, rows: Sequence[int], values: tuple[Any, ...]) -> bytes:
        if self._source is None:
            text = (self._feed.text or "").replace("\n", "\r\n" if self._feed.csv.newline == "crlf" else "\n")
            return text.encode(self._feed.csv.encoding, "replace")
        how = self._feed.formats.get(str(values[0]), self._feed.csv) if values else self._feed.csv
        return render(self._source.dirty, rows, how, self._source.titles_at(rows[0] if rows else 0))

    def _deck(self, name: str, share: float) -> Callable[[int], bool]:
        return ShuffledSampler(seeds.child(self._seed, name), share).struck

    def _spells(self, name: str, spell: Spell | None) -> Callable[[int], float | None]:
        """Return a function from a file's number to its delay in simulated seconds; None for most files."""
        if spell is None:
            return lambda _index: None
        struck = self._deck(name, spell.share)
        length = spell.to - spell.from_
        return lambda index: spell.from_ + length * self._draw(name, index) if struck(index) else None

    def _draw(self, name: str, index: int) -> float:
        return seeds.rng(self._seed, name, str(index)).random()


def _named(path: str, suffix: str) -> str:
    file = PurePosixPath(path)
    return str(file.with_name(f"{file.stem}{suffix}{file.suffix}"))


def _wrong(path: str, draw: float) -> str:
    file = PurePosixPath(path)
    changed = (
        file.name.upper() if file.name.upper() != file.name else file.name.lower(),
        f"{file.stem} {file.suffix}" if "_" not in file.stem else file.name.replace("_", " ", 1),
        file.stem if file.suffix else f"{file.name}.txt",
    )
    return str(file.with_name(changed[int(draw * len(changed))]))
