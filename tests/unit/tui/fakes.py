"""A back end without a machine: a shelf of made-up engagements, the same in every test."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from threading import Event as Gate
from typing import Any

from labs.actions.events import FolderReady, Tell, WorldEvent
from labs.actions.programs import ExternalProgram
from labs.actions.start import Started, StartRequest, WorldState
from labs.base.cancel import CancelToken
from labs.base.errors import Interrupted, LabError
from labs.engagement.artefacts import Artefact
from labs.engagement.engagement import Engagement
from labs.engagement.guide import Guidance
from labs.library.catalogue import Entry, find
from labs.library.loss import Loss
from labs.overview.briefing import Briefing
from labs.overview.debrief import TooEarly
from labs.overview.incident import IncidentOverview, Opened
from labs.overview.items import ItemStatus, LibraryItem
from labs.overview.record import Record, record
from labs.overview.review import Review
from labs.progress.store import Attempt
from simulator.protocol.base import VERSION
from simulator.protocol.events import Event, parse
from tests.unit.tui import incidents, reviews
from tests.unit.tui.desks import FakeDesk

PROBLEMS = """broken-belt/scenario.yaml:7:3: unknown key 'trafic'
  7 | trafic:
    | ^
    = did you mean 'traffic'?

1 problem"""
VERIFIED = "verified with 5 seeds on docker and 5 on local"


@cache
def _pattern() -> Entry:
    return find("promise-dates")


def entry(name: str, title: str, customer: str, level: int, minutes: int, **more: Any) -> Entry:
    pattern = _pattern()
    who = pattern.scenario.customer.model_copy(update={"name": customer} | more.pop("who", {}))
    facts = {"id": name, "title": title, "customer": who, "level": level, "minutes": minutes} | more
    return Entry(name, pattern.folder, pattern.scenario.model_copy(update=facts))


def attempt(scenario: str, score: float | None, number: int = 1, **more: Any) -> Attempt:
    result = "error" if score is None else "passed" if score >= 85 else "failed"
    facts: dict[str, Any] = {
        "id": number, "taken_at": datetime(2026, 3, 2, 9, number, tzinfo=UTC), "scenario": scenario,
        "title": scenario.replace("-", " ").capitalize(), "folder": f"/home/kim/{scenario}", "runtime": "docker",
        "result": result, "score": score, "pass_mark": 85.0, "reason": "", "currency": "EUR", "money": -1450.0,
        "recovered": 0.91, "hints": 0, "evidence": f"/home/kim/.fdelab/exams/{number}",
    }  # fmt: skip
    return Attempt(**facts | more)


def library_overview() -> list[LibraryItem]:
    return [
        LibraryItem("first-day",
                    entry("first-day", "First day", "Kranich Books", 0, 10, skills={"production-debugging": 1}),
               ItemStatus.PASSED, attempt("first-day", 100.0), 1, Path("/home/kim/first-day"),
               "verified with 2 seeds on docker and 2 on local"),
        LibraryItem("phantom-stock", entry("phantom-stock", "Phantom stock", "Norde Logistik", 1, 75,
               skills={"data-pipelines": 3, "production-debugging": 1}), ItemStatus.ENGAGED,
               attempt("phantom-stock", 48.5, 2), 3, Path("/home/kim/phantom-stock"), VERIFIED),
        LibraryItem("promise-dates", _pattern(), ItemStatus.RUNNING, None, 0, Path("/home/kim/promise-dates"),
               VERIFIED),
        LibraryItem("queue-of-doom", entry("queue-of-doom", "Queue of doom", "Águas do Tejo", 3, 120, gaps=["workflow"],
               who={"trade": "water utility", "currency": "BRL"}), ItemStatus.NEW),
        LibraryItem("broken-belt", None, ItemStatus.BROKEN, problems=PROBLEMS),
    ]  # fmt: skip


LOSS = Loss("EUR", 6195.5, {"missing-promises": 2585.6, "lost-orders": 2242.5, "wrong-promises": 1104.4})
STARTED = 1_772_442_000.0
"""Epoch seconds of everything that happens here."""
NO_ENGINE = "the Docker engine does not answer"


def start(upto: str = "lap-started") -> list[Event]:
    """Events of a launch on docker with images to be built, up to the first of a kind."""
    events: list[dict[str, Any]] = [
        {"kind": "progress", "text": "runtime docker: a Docker engine answers"},
        {"kind": "progress", "text": "image workbench: building (once; a minute or two)"},
        {"kind": "progress", "text": "image workbench: Step 3/9 : RUN pip install"},
        {"kind": "progress", "text": "image workbench: ready as fdelab-workbench:1f2e"},
        {"kind": "progress", "text": "image site: Step 1/4 : FROM fdelab-workbench"},
        {"kind": "progress", "text": "image site: ready as fdelab-site:9a8b"},
        {"kind": "starting", "processes": ["site", "field", "promise-api"], "runtime": "docker"},
        {"kind": "waiting", "names": ["field"]},
        {"kind": "waiting", "names": ["promise-api"]},
        {"kind": "ready", "lap": 1, "services": {}},
        {"kind": "lap-started", "lap": 1, "at": 0.0, "timeline": []},
    ]
    kinds = [event["kind"] for event in events]
    told = [event | {"t": STARTED + 1.5 * n} for n, event in enumerate(events[: kinds.index(upto) + 1], 1)]
    return [parse(event | {"protocol": VERSION}) for event in told]


class Fake:
    """Answers at once; `trouble` is raised instead, where a test sets it."""

    def __init__(self) -> None:
        self.listed = library_overview()
        self.attempts = [
            attempt("phantom-stock", 48.5, 5, hints=3),
            attempt("phantom-stock", None, 4, money=None, runtime="local"),
            attempt("phantom-stock", 31.0, 3, money=-9120.0),
            attempt("first-day", 100.0, 2, money=0.0),
        ]
        self.trouble: Exception | None = None
        self.engagement: Engagement | None = None
        self.at = FakeDesk()
        """The desk of every engagement that has none of its own."""
        self.desks: dict[str, FakeDesk] = {}
        """By the name of the engagement's folder."""
        self.known = Gate()
        """Set: what is asked for can be answered: a briefing, a report, the engagement that was open before."""
        self.known.set()
        self.seen: Review | None = reviews.review()
        """The exam that is looked back at."""
        self.looked_at: list[Path | None] = []
        self.unread: LabError | None = None
        """Why the debrief cannot be read."""
        self.left: tuple[Artefact, ...] = incidents.LEFT
        """What the incident holds."""
        self.docker: str | None = None
        self.events = start()
        self.told = Gate()
        """All events were told."""
        """What a launch tells before it waits for `go_on`."""
        self.ends: Exception | None = None
        """What a launch fails of in the end."""
        self.go_on = Gate()
        self.leash: CancelToken | None = None
        self.guided: Guidance | None = None
        """Where the learner is in a guide."""
        self.noted: list[str] = []
        self.up: list[Engagement] = []
        """Those whose world runs."""

    def library_overview(self, lint: bool) -> list[LibraryItem]:
        if self.trouble is not None:
            raise self.trouble
        return self.listed

    def resume(self, folder: str | None) -> Engagement | None:
        self.known.wait(30)
        return self.engagement

    def briefing(self, name: str) -> Briefing:
        self.known.wait(30)
        if self.trouble is not None:
            raise self.trouble
        found = next(one.entry for one in self.listed if one.name == name)
        assert found is not None
        there = self.engagement
        folder = there.folder if there else Path("/home/kim") / name
        return Briefing(found, found.briefing.read_text("utf-8"), LOSS, folder, there, False, self.docker)

    def record(self) -> Record:
        if self.trouble is not None:
            raise self.trouble
        return record(self.listed, self.attempts)

    def review(self, evidence: Path | None) -> Review | None:
        self.looked_at.append(evidence)
        self.known.wait(30)
        if self.trouble is not None:
            raise self.trouble
        return self.seen and replace(self.seen, evidence=evidence or self.seen.evidence)

    def export(self, review: Review) -> list[Path]:
        if self.trouble is not None:
            raise self.trouble
        return [review.evidence / "report.md"]

    def debrief(self, review: Review, anyway: bool) -> str:
        if self.unread is not None and not (anyway and isinstance(self.unread, TooEarly)):
            raise self.unread
        return reviews.DEBRIEF

    def incident(self, engagement: Engagement) -> IncidentOverview:
        self.known.wait(30)
        if self.trouble is not None:
            raise self.trouble
        return incidents.overview(self.left)

    def artefact(self, overview: IncidentOverview, artefact: Artefact) -> Opened:
        return incidents.opened(artefact)

    def folder(self, evidence: Path) -> ExternalProgram:
        return self.at.outside

    def start(self, request: StartRequest, tell: Tell, cancel: CancelToken) -> Started:
        assert request.scenario is not None
        assert request.folder is not None
        made = Engagement(request.folder, request.scenario, seed=1, runtime=request.runtime or "auto")
        self.engagement = made
        tell(FolderReady(made, new=True))
        self.leash = cancel
        for event in self.events:
            tell(WorldEvent(event))
        self.told.set()
        while not self.go_on.wait(0.01):
            if cancel.gone:
                raise Interrupted("interrupted")
        if self.ends is not None:
            raise self.ends
        broken = self.events[-1].kind == "deployment-failed"
        return Started(made, new=True, world=WorldState.BROKEN if broken else WorldState.UP)

    def desk(self, engagement: Engagement) -> FakeDesk:
        return self.desks.get(engagement.folder.name, self.at)

    def guidance(self, name: str | None, engagement: Engagement | None) -> Guidance | None:
        return self.guided

    def running(self) -> list[Engagement]:
        return list(self.up)

    def take_down(self, engagements: list[Engagement]) -> None:
        if self.trouble is not None:
            raise self.trouble
        for engagement in engagements:
            self.up.remove(engagement)

    def note(self, folder: Path, deed: str) -> None:
        self.noted.append(deed)
