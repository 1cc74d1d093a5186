"""When a customer's own jobs run: by simulated time, in an author's words, kept on a lap's clock."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field, model_validator

from scenarios.units import Share, Simulated
from scenarios.vocabulary import Params
from simulator.clock import Clock, Timeline
from simulator.waiting import until

TimeOfDay = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", examples=["05:30"])]


class Spell(Params):
    """A share of things, and a simulated duration drawn evenly from a range."""

    share: Share
    """How many of them, dealt exactly."""
    from_: Simulated = Field(default=3600.0, alias="from")
    """How long at least."""
    to: Simulated = 14400.0
    """How long at most."""

    @model_validator(mode="after")
    def _ordered(self) -> "Spell":
        if self.to < self.from_:
            raise ValueError("`to` is below `from`")
        return self


class Schedule(Params):
    """At times of day, periodically, or once. At most one of `at`, `every` and `after`."""

    at: list[TimeOfDay] = Field(default=[])
    """Every day at these times."""
    every: Simulated | None = Field(default=None, gt=0)
    """Periodically with this interval, the first time one interval after the lap's start."""
    after: Simulated | None = Field(default=None, ge=0)
    """Once, this long after the lap's start."""

    @model_validator(mode="after")
    def _one_way(self) -> "Schedule":
        if sum((bool(self.at), self.every is not None, self.after is not None)) > 1:
            raise ValueError("takes only one of `at`, `every` and `after`")
        return self

    @property
    def scheduled(self) -> bool:
        """Whether it says when."""
        return bool(self.at) or self.every is not None or self.after is not None

    def times(self, timeline: Timeline) -> list[datetime]:
        """Return every simulated time at which it is due while traffic runs, in order."""
        begins, ends = timeline.sim(0.0), timeline.sim(timeline.traffic_ends)
        if self.after is not None:
            due = [begins + timedelta(seconds=self.after)]
        elif self.every is not None:
            step = timedelta(seconds=self.every)
            due = [begins + n * step for n in range(1, int((ends - begins) / step) + 1)]
        else:
            days = range((ends.date() - begins.date()).days + 1)
            midnight = begins.replace(hour=0, minute=0, second=0, microsecond=0)
            due = [midnight + timedelta(days=day, hours=int(t[:2]), minutes=int(t[3:])) for day in days
                   for t in sorted(set(self.at))]  # fmt: skip
        return [time for time in due if begins <= time < ends]


class Scheduled(Schedule):
    """A schedule that must say when."""

    @model_validator(mode="after")
    def _says_when(self) -> "Scheduled":
        if not self.scheduled:
            raise ValueError("say when: `at`, `every` or `after`")
        return self


async def keep(clock: Clock, due: Iterable[tuple[float, Callable[[], Awaitable[None]]]]) -> None:
    """Do each thing at its wall second, one after the other, in order of time."""
    for at, act in sorted(due, key=lambda one: one[0]):
        await until(clock, at)
        await act()
