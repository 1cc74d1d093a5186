"""One pass through the phases: traffic runs, phases come and go, the drain waits, the site settles."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.model import Scenario
from simulator import seeds
from simulator.clock import Clock, Timeline, timeline
from simulator.evidence.recorder import Recorder
from simulator.evidence.run import UNPLAYABLE
from simulator.evidence.tables import CORE, Table
from simulator.field import phases
from simulator.field.attempts import Log
from simulator.field.events import Events
from simulator.field.fault_injection import ActiveFault
from simulator.field.links import LinkServer
from simulator.field.phases import Placed, Settings
from simulator.field.process_faults import ProcessFaultSchedule, Skews
from simulator.field.site import Site
from simulator.field.tally import Tally, TallyingRecorder
from simulator.field.toll import Toll
from simulator.field.traffic import Counts, Stream, Traffic
from simulator.field.transcript import FOLDER, Transcript
from simulator.protocol.events import LapFinished, LapStarted, MessageSent, PhaseBegan
from simulator.strain import Turns
from simulator.waiting import until
from simulator.workloads.base import Context, Workload, WorkloadKind
from simulator.workloads.kinds import kinds

if TYPE_CHECKING:
    from simulator.dirt import Dataset

_LEAD_S = 0.25
"""Seconds between the decision to start and the start: time for the site to make its data."""
_FLUSH_INTERVAL_S = 0.25
_SHORTEST_DRAIN_S = 3.0


def _said(error: Exception) -> str:
    """Return what is the matter; of what was looked for and is not there, the name."""
    missing = error if isinstance(error, KeyError) else error.__cause__
    return f"there is no {missing}" if isinstance(missing, KeyError) else str(error)


class Unplayable(Exception):
    """The traffic or data of the scenario cannot be made, which no machine and no deployment can help."""


class Lap:
    """One lap, which is run once."""

    def __init__(
        self,
        scenario: Scenario,
        links: Mapping[str, LinkServer],
        workloads: Mapping[str, WorkloadKind],
        site: Site,
        events: Events,
        skews: Skews,
        toll: Toll,
        *,
        transcript: bool = False,
    ) -> None:
        self._scenario = scenario
        self._links = links
        self._kinds = kinds(scenario, workloads)
        self._site = site
        self._events = events
        self._skews = skews
        self._toll = toll
        self._transcript = transcript
        self._afflictions: ProcessFaultSchedule | None = None
        self.number = 0
        self.tally = Tally(0)
        """What the lap's rows add up to so far."""
        self.clock: Clock | None = None
        """The lap's clock, from its begin to its end."""
        self.recorder: Recorder | None = None
        self.ended_at = 0.0
        """Wall second of the lap at which it was over, by itself or not."""
        self._seed = 0
        self._skipped = 0
        """Phases of the scenario before the first one of this lap."""
        self._traffic: Traffic | None = None
        self._armed: dict[tuple[str, int], ActiveFault] = {}
        self._settings: Settings = {}

    @property
    def counts(self) -> Counts:
        """What has become of the lap's requests so far."""
        return self._traffic.counts if self._traffic is not None else Counts()

    async def run(self, folder: Path, number: int, seed: int, first: str | None = None) -> None:
        """Run the lap, from phase `first` on when one is named, and write its evidence to `folder`.

        Raises whatever made it impossible, as it is.
        """
        self.number = number
        self._seed = seed
        self.tally = Tally(number)
        plan = timeline(self._scenario)
        if first is not None:
            self._skipped, plan = plan.jump(first)
        try:
            with TallyingRecorder(folder, "field", self.tally, self._tables()) as recorder:
                self.recorder = recorder
                data = await self._data(recorder, plan)
                clock = self.clock = Clock(plan, time.monotonic() + _LEAD_S)
                workloads = self._workloads(clock, recorder, data)
                if self._transcript:
                    workloads = {n: Transcript(w, n, folder / FOLDER) for n, w in workloads.items()}
                self._afflictions = ProcessFaultSchedule(number, clock, recorder, self._events, self._skews)
                for name, link in self._links.items():
                    link.record(Log(name, clock, recorder))
                try:
                    async with Traffic(self._streams(workloads), clock, recorder, self._toll) as traffic:
                        self._traffic = traffic
                        before, over = Turns.own(), self._toll.over
                        drained = await self._pass(clock, traffic)
                        turns = (before, Turns.own())
                        overdrawn = min(1.0, (self._toll.over - over) / drained)
                finally:
                    self._disarm()
                self._settle_workloads(workloads, await self._site.settle())
        finally:
            self.ended_at = self.clock.at() if self.clock is not None else 0.0
            self.clock = self.recorder = None
        spans = (*plan.spans[:-1], replace(plan.spans[-1], ends=drained))
        self._events.add(
            LapFinished(lap=number, at=drained, timeline=spans, lag_p99=traffic.lag_p99, turns=turns,
                        overdrawn=overdrawn)
        )  # fmt: skip

    def _tables(self) -> list[Table]:
        """Return the tables that may be written here."""
        kinds = [self._kinds[flow.workload] for flow in self._scenario.traffic.values()]
        return [*CORE, *(table for kind in kinds for table in kind.tables)]

    async def _data(self, recorder: Recorder, plan: Timeline) -> "Mapping[str, Dataset]":
        """Make the lap's data, with its errors in the evidence; the site makes the same meanwhile."""
        if not self._scenario.datasets:
            return {}
        # Late, because NumPy takes its time and most scenarios have no data.
        from simulator.dirt import Datasets

        data = Datasets(self._scenario.datasets, self._seed, self._scenario.clock.starts)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._site.prepare(self._seed, self._scenario.datasets))
            group.create_task(asyncio.to_thread(data.write, recorder, plan.when))
        return data

    def _workloads(self, clock: Clock, recorder: Recorder, data: "Mapping[str, Dataset]") -> dict[str, Workload]:
        made = {}
        for name, flow in self._scenario.traffic.items():
            kind = self._kinds[flow.workload]
            context = Context(name, flow, self._scenario, self._seed, clock, recorder, data)
            params = kind.params.model_validate(flow.with_)
            try:
                made[name] = kind.make(context, params)
            except Exception as error:
                # It is made of the scenario alone: nobody else is at fault, whatever is the matter.
                raise Unplayable(f"{UNPLAYABLE}: traffic {name} ({kind.name}): {_said(error)}") from error
        return made

    def _streams(self, workloads: Mapping[str, Workload]) -> list[Stream]:
        flows = self._scenario.traffic
        return [
            Stream(name, workload, workload.intents(), self._links[flows[name].to], flows[name].timeout)
            for name, workload in workloads.items()
        ]

    async def _pass(self, clock: Clock, traffic: Traffic) -> float:
        """Run from the start to the end of the drain; return the wall second at which that was."""
        # Making the workloads may have taken long: the start is from now.
        clock.start = time.monotonic() + _LEAD_S
        plan = clock.timeline
        await self._site.begin(self.number, self._seed, clock.start, plan.to_json())
        self._settings = {name: dict(part.with_) for name, part in self._scenario.site.items()}
        self._events.add(LapStarted(lap=self.number, at=clock.at(), timeline=plan.spans))
        async with asyncio.TaskGroup() as group:
            flusher = group.create_task(self._flush())
            sending = group.create_task(traffic.run())
            await self._phases(clock)
            shortest = plan.traffic_ends + min(_SHORTEST_DRAIN_S, plan.spans[-1].ends - plan.traffic_ends)
            await sending
            await until(clock, shortest)
            flusher.cancel()
        return clock.at()

    async def _phases(self, clock: Clock) -> None:
        weather = phases.fault_schedule(self._scenario, clock.timeline, self._skipped)
        for number, (span, changes) in enumerate(zip(clock.timeline.spans, weather, strict=True), start=self._skipped):
            await until(clock, span.begins)
            self._arm(changes[0].faults, clock)
            self._events.add(PhaseBegan(lap=self.number, at=clock.at(), phase=span.name, sim=clock.now()))
            self._say(number, clock)
            wanted = phases.settings(self._scenario, number)
            if news := phases.changed(self._settings, wanted):
                await self._site.configure(news)
            self._settings = wanted
            # Not before: a part that stands still takes no settings.
            self._strike(changes[0].faults)
            for change in changes[1:]:
                await until(clock, change.at)
                self._arm(change.faults, clock)
                self._strike(change.faults)

    def _strike(self, placed: Sequence[Placed]) -> None:
        if self._afflictions is not None:
            self._afflictions.strike(placed)

    def _say(self, number: int, clock: Clock) -> None:
        message = self._scenario.phases[number].message if number < len(self._scenario.phases) else None
        if message is None or self.recorder is None:
            return
        self.recorder.write("messages", {"at": clock.at(), "sender": message.from_, "text": message.text})
        self._events.add(MessageSent(lap=self.number, at=clock.at(), sender=message.from_, text=message.text))

    def _arm(self, placed: Sequence[Placed], clock: Clock) -> None:
        if self._afflictions is not None:
            self._afflictions.lift(placed)
        placed = [fault for fault in placed if fault.use.link]
        if strangers := {fault.use.link for fault in placed} - self._links.keys():
            raise ValueError(f"faults on {', '.join(sorted(strangers))}: there is no such link")
        for name, link in self._links.items():
            link.arm([self._armed_for(fault, link, clock) for fault in placed if fault.use.link == name])

    def _armed_for(self, fault: Placed, link: LinkServer, clock: Clock) -> ActiveFault:
        place = (fault.phase, fault.number)
        if place not in self._armed:
            assert self.recorder is not None
            seed = seeds.child(self._seed, "fault", fault.phase, str(fault.number))
            self._armed[place] = ActiveFault(fault.use, link.config.protocol, seed, clock, self.recorder)
        return self._armed[place]

    def _disarm(self) -> None:
        if self._afflictions is not None:
            self._afflictions.lift()
        self._afflictions = None
        for link in self._links.values():
            link.arm(())
            link.turn()
            link.record(None)
        for armed in self._armed.values():
            armed.close()
        self._armed.clear()

    def _settle_workloads(self, workloads: Mapping[str, Workload], state: Mapping[str, Mapping[str, Any]]) -> None:
        for workload in workloads.values():
            workload.settle(state)

    async def _flush(self) -> None:
        while self.recorder is not None:
            await asyncio.sleep(_FLUSH_INTERVAL_S)
            for link in self._links.values():
                link.look()
            self.recorder.flush()
            if self.clock is not None:
                self.tally.look(self.clock.at(), self.counts.intended)
