"""A desk without a world: the feed says what a test puts into it, and every wish is noted."""

import asyncio
import math
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Any, cast

from grader.report import CheckReport, Report
from grader.report import Money as Worth
from grader.verdict import Result, Verdict
from labs.actions.ask import Asked
from labs.actions.brief import BriefLooked, BriefRequest, look_at_brief
from labs.actions.check import Checked, all_pass
from labs.actions.events import Judging, Tell, WorldEvent
from labs.actions.exam import ExamTaken
from labs.actions.hint import HintTaken
from labs.actions.programs import ExternalProgram
from labs.actions.redeploy import Redeployed
from labs.base.cancel import CancelToken
from labs.base.errors import Interrupted, LabError
from labs.engagement.asked import Budget
from labs.engagement.engagement import Engagement
from labs.engagement.people import Choice, Kind, Reply, Somebody
from labs.exam.submission import Collected
from labs.library.catalogue import Entry, find
from labs.world.live.feed import Message
from labs.world.live.model import Books, Fault, Line, Lines, Link, Money, Second, Service, Snapshot, When
from simulator.clock import timeline
from simulator.protocol.events import LapStarted, PhaseBegan, Ready

ENTRY = find("promise-dates")
SCENARIO = ENTRY.scenario


def seconds(count: int = 90) -> tuple[Second, ...]:
    """Traffic that gets worse: the last ones are in a phase in which the ERP is slow."""
    made = []
    for n in range(count):
        bad = max(0.0, (n - count * 0.7) / count)
        sent = 20 + round(4 * math.sin(n / 3))
        failed = round(sent * bad)
        p95 = None if failed > sent * 0.2 else 0.08 + 9 * bad
        made.append(Second(3, n, sent, sent - failed - 1, 1, failed, 0.02 + 0.4 * bad, p95))
    return tuple(made)


def snapshot(at: float = 21.0, **changes: Any) -> Snapshot:
    """Lap 3 of the customer's day, in the phase in which the ERP is slow."""
    plan = timeline(SCENARIO)
    books = {"missing-promises": {"missing": -5220.0}, "wrong-promises": {"wrong": -1890.0},
             "stale-unflagged-promises": {"stale-unflagged": -45.0}}  # fmt: skip
    erp = Link("erp", False, 12, (Fault("latency", {"from": "8s", "to": "12s"}, 0.05, 17),))
    facts: dict[str, Any] = {
        "state": "running", "lap": 3, "runtime": "docker", "why": "an engine answers",
        "services": (Service("promise-api", "up", 1, 0.42, 92_274_688, 1234),),
        "links": (Link("promise-api", True, 4), erp),
        "when": When(3, at, plan.span(at).name, plan.sim(at), plan.span(at).rate, plan.spans),
        "seconds": seconds(),
        "money": Money("EUR", Books(3, -7155.0, books), Books(2, -36_980.0), 2.3, -0.0, -14_870.0),
    }  # fmt: skip
    return Snapshot(**facts | changes)


def lines(first: int, count: int, service: str = "promise-api") -> Lines:
    texts = ("INFO promise.api POST /orders 200 order=HW-000{n} article=A-17 in 24 ms",
             'WARNING promise.erp call failed operation=BestandLesen order=HW-000{n} attempt=2 error="SOAP fault"',
             "INFO promise.erp logged in session=7f",
             "ERROR promise.api order=HW-000{n} no answer from the ERP in 5 s")  # fmt: skip
    made = (Line(n, n / 10, service, "stdout", texts[n % 4].format(n=n)) for n in range(first, first + count))
    return Lines(service, tuple(made))


def check(name: str, verdict: str, observed: str, expected: str = ">= 98 %", **more: Any) -> CheckReport:
    says = next((one.says for one in SCENARIO.checks if one.id == name), "The deployment answers at all")
    facts: dict[str, Any] = {
        "id": name, "family": "reliability", "says": says, "gate": False, "weight": 1.0, "verdict": Verdict(verdict),
        "credit": 0.0, "points": 0.0, "worth": 10.0, "expected": expected, "observed": observed, "value": None,
        "unit": "share", "margin": None, "margin_share": None, "reason": "612 of 702 requests",
        "hint": "Look closer." if verdict == "fail" else None, "rows": (), "sql": None,
    }  # fmt: skip
    return CheckReport(**facts | more)


CHECKS = (
    check("serves", "pass", "812", ">= 1", gate=True),
    check("loss-avoided", "waiting", "–", ">= 90 %", reason="Waits for a whole lap"),
    check("bought-once", "waiting", "–", "<= 1", gate=True),
    check("dates-hold", "fail", "81.2 %", ">= 95 %", gate=True),
    check("answers-at-night", "fail", "0 %", reason="0 of 118 requests"),
    check("quick-when-erp-is-slow", "fail", "10 s", "<= 800 ms", reason="p95 of 203 requests"),
    check("two-sessions", "pass", "2", "<= 2", gate=True),
    check("quiet-at-night", "skipped", "–", "<= 10/s", reason="Says nothing unless answers-at-night passes"),
)


def report(checks: Sequence[CheckReport] = CHECKS, **changes: Any) -> Report:
    facts: dict[str, Any] = {
        "scenario": "promise-dates", "scenario_hash": "-", "title": "Promise dates", "customer": "Halden Werkzeug",
        "runtime": "local", "seed": 1, "exam": False, "use": None, "laps": (3,), "result": Result.FAILED,
        "score": None, "pass_mark": 85.0, "reason": "Waits for a whole lap", "checks": tuple(checks),
    }  # fmt: skip
    return Report(**facts | changes)


@dataclass(frozen=True)
class _Briefed:
    """What of an engagement a brief is about, without a folder."""

    found: Entry
    seed: int = 1
    dealt: int = 1
    workspace: Path = Path("/home/kim/promise-dates/workspace")
    incident: Path = Path("/home/kim/promise-dates/incident")

    def entry(self) -> Entry:
        return self.found


class FakeDesk:
    """Put messages into `told`, and paths into `saved`."""

    def __init__(self) -> None:
        self.entry = ENTRY
        self.scenario = SCENARIO
        self.name = "promise-dates"
        self.told: asyncio.Queue[Message | Exception] = asyncio.Queue()
        self.saved: asyncio.Queue[list[str]] = asyncio.Queue()
        self.wishes: list[str] = []
        self.taken: dict[str, str] = {}
        """Nudges, by check."""
        self.left = 90
        """Minutes of people's time."""
        self.says: dict[str, tuple[str, Kind]] = {}
        """What is answered to a question, where it is not the usual."""
        self.wish: str | None = None
        """What the next who is asked asks of the learner."""
        self.ripe = False
        self.report = report()
        self.trouble: LabError | None = None
        self.ready = True
        self.hold = Event()
        """Set: an exam or a redeploy may end."""
        self.hold.set()
        self.outside = ExternalProgram(["true"], Path("/"))
        self.told_brief = ""
        """What is in the workspace of the brief."""

    async def feed(self) -> AsyncGenerator[Message]:
        while True:
            told = await self.told.get()
            if isinstance(told, Exception):
                raise told
            yield told

    def heed(self, message: Message) -> bool:
        ripe, self.ripe = self.ripe, self.ripe and not isinstance(message, Snapshot)
        return ripe and isinstance(message, Snapshot)

    async def saves(self) -> AsyncGenerator[Sequence[str]]:
        while True:
            yield await self.saved.get()

    def _wish(self, wish: str) -> None:
        self.wishes.append(wish)
        if self.trouble is not None:
            raise self.trouble

    def check(self) -> Checked:
        self._wish("judge")
        report = self.report
        self.hold.wait(30)
        return Checked(report, ("checks-passed",) if all_pass(report) else ())

    def redeploy(self) -> Redeployed:
        self._wish("redeploy")
        self.hold.wait(30)
        collected = Collected((), ("app/main.py",), ("README.md",))
        return Redeployed(collected, self.ready, () if self.ready else ("ModuleNotFoundError: nope",))

    def ask(self, person: str, question: str) -> Reply:
        self._wish(f"ask {person}: {question}")
        return self._reply(person, self.says.get(question, ("Two sessions. That is the licence.", Kind.TOLD)))

    def asked(self) -> Asked:
        people = (
            Somebody("lena", "Lena Brandt", "Head of Sales", "that the date holds", "in a hurry", 5, 0, None),
            Somebody("dieter", "Dieter Kuhn", "ERP owner", "that the ERP is left alone", "guarded", 8, 0, None),
        )
        return Asked(people if self.scenario.people else (), (), Budget(90, self.left))

    def meant(self, person: str, number: int) -> Reply:
        self._wish(f"meant {person}: {number}")
        return self._reply(person, ("Half an hour from the login, used or not.", Kind.TOLD), cost=0)

    def respond(self, person: str, accept: bool) -> Reply:
        self._wish(f"respond {person}: {accept}")
        return self._reply(person, ("You are right. Leave it.", Kind.REPLIED), cost=0)

    def _reply(self, person: str, said: tuple[str, Kind], cost: int = 8) -> Reply:
        one = self.scenario.people[person]
        text, kind = said
        means = ("how many sessions there may be", "how long a session lasts")
        choices = tuple(Choice(i, text) for i, text in enumerate(means, 1)) if kind is Kind.EITHER else ()
        self.left -= cost
        wish, self.wish = self.wish, None
        return Reply(person, one.name, one.role, text, kind, cost, self.left, None, choices, wish)

    def hint(self, name: str) -> HintTaken:
        self._wish(f"hint {name}")
        self.taken[name] = "Look closer."
        return HintTaken(name, self.taken[name], new=True)

    def nudges(self) -> Mapping[str, str]:
        return dict(self.taken)

    def begun(self) -> list[str]:
        return ["night-lock"]

    def jump(self, phase: str) -> None:
        self._wish(f"jump {phase}")

    def stop(self) -> None:
        self._wish("stop")

    def exam(self, tell: Tell, cancel: CancelToken) -> ExamTaken:
        self._wish("exam")
        tell(WorldEvent(Ready(lap=1, services={})))
        tell(WorldEvent(LapStarted(lap=1, at=0.0, timeline=timeline(self.scenario).spans)))
        tell(WorldEvent(PhaseBegan(lap=1, at=0.0, phase="morning", sim=datetime(2026, 3, 2, 8))))
        while not self.hold.wait(0.02):
            if cancel.gone:
                raise Interrupted("interrupted")
        tell(Judging(Path("/evidence")))
        money = Worth("EUR", 1, -1450.0, {}, -37_000.0, 0.0, 0.96)
        passed = report(result=Result.PASSED, score=92.5, reason="All gates passed", money=money)
        return ExamTaken(passed, Path("/evidence"), self.entry, counts=True, milestones=("exam-taken", "exam-passed"))

    def incident(self) -> ExternalProgram:
        self._wish("incident")
        return self.outside

    def brief(self) -> ExternalProgram:
        self._wish("brief")
        return self.outside

    def briefed(self) -> str:
        return self.told_brief

    def look(self, text: str) -> BriefLooked:
        return look_at_brief(BriefRequest(cast(Engagement, _Briefed(self.entry)), text))

    def write(self, text: str) -> None:
        self._wish("write")
        self.told_brief = text

    def editor(self) -> ExternalProgram:
        self._wish("editor")
        return self.outside

    def shell(self, service: str) -> ExternalProgram:
        self._wish(f"shell {service}")
        return self.outside
