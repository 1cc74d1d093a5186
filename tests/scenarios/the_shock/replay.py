"""Two years of a deployment without waiting for them: its own code, the real database, and a clock that is set by hand.

A deployment's jobs sleep between two looks at the calendar. Here the sleep is what lets the next days happen: the
applications of those days are answered by the deployment's own endpoint. What comes out is the evidence of a lap,
graded as any other; only how long answers took says nothing.

    python -m tests.scenarios.the_shock.replay FOLDER VARIANT SEED
"""

import asyncio
import importlib
import json
import os
import socket
import sys
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from grader.grade import grade
from labs.library.catalogue import find
from labs.library.vocabulary import vocabulary
from scenarios.loader import examine
from scenarios.variants import materialise
from simulator.clock import Clock, timeline
from simulator.dirt import Datasets
from simulator.drawing import drawn
from simulator.evidence.recorder import Recorder
from simulator.evidence.run import FORMAT, save
from simulator.evidence.tables import CORE
from simulator.parts.postgres.params import PostgresParams
from simulator.parts.postgres.part import Postgres
from simulator.parts.postgres.tables import TABLES
from simulator.workloads.base import Context, Reply
from simulator.workloads.loan_applications import LOAN_APPLICATIONS, LoanApplications, LoanApplicationsParams

STEP = timedelta(days=3)
"""Simulated time between two looks: a fifth of a second of a lap."""
_CLOCK = """
    CREATE TABLE clock.hand (now timestamp); INSERT INTO clock.hand VALUES (NULL);
    CREATE OR REPLACE FUNCTION clock.now() RETURNS timestamp LANGUAGE sql VOLATILE SECURITY DEFINER
        SET search_path = pg_catalog, clock AS $$ SELECT now FROM clock.hand $$
"""


class Over(BaseException):
    """The lap has ended; a deployment that survives every exception does not catch it."""


class Replay:
    """One lap of one variant."""

    def __init__(self, folder: Path, place: Path, scenario: Any, seed: int, evidence: Path) -> None:
        self.scenario, self.seed, self.evidence = scenario, seed, evidence
        self.recorder = Recorder(evidence, "field", tables=(*CORE, *LOAN_APPLICATIONS.tables, *TABLES))
        self.timeline = timeline(scenario)
        self.now = scenario.clock.starts
        data = Datasets(scenario.datasets, seed, self.now)
        data.write(self.recorder, self.timeline.when)
        flow = scenario.traffic["applications"]
        context = Context("applications", flow, scenario, seed, Clock(self.timeline, 0), self.recorder, data)
        self.workload = LoanApplications(context, LoanApplicationsParams.model_validate(flow.with_))
        self.waiting = self.workload.intents()[::-1]
        given = dict(scenario.site["db"].with_)
        given["files"] = [str(folder / "site" / name) for name in given["files"]]
        self.params = PostgresParams.model_validate(given)
        self.database = Postgres("db", self.params)
        self.data = data
        self.place = place

    async def begin(self) -> None:
        """Start the database and the scoring service."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        await self.database.start("127.0.0.1", port)
        await self.database.prepare(self.data)
        self.owner = await self.database.database.owner()
        await self.owner.set_autocommit(True)
        await self.owner.execute(_CLOCK.encode())
        access = f"{self.params.role}:{self.params.password}"
        os.environ["DB_URL"] = f"postgresql://{access}@127.0.0.1:{port}/{self.params.database}"
        sys.path.insert(0, str(self.place))
        os.chdir(self.place)
        self.scoring = importlib.import_module("app.main")
        self.life = self.scoring.lifespan(self.scoring.app)
        await self.life.__aenter__()

    async def step(self) -> None:
        """Let the next days happen. Raises `Over` when there are none."""
        if not self.waiting:
            raise Over
        await self.set(self.now)
        await self.scoring.refresh(self.scoring.app)
        self.now += STEP
        while self.waiting and self.timeline.sim(self.waiting[-1].at) < self.now:
            await self.ask(self.waiting.pop())
        await self.set(self.now)

    async def set(self, now: datetime) -> None:
        """Move the hands of the clock."""
        await self.owner.execute("UPDATE clock.hand SET now = %s", (now,))

    async def ask(self, intent: Any) -> None:
        """One application."""
        application = self.scoring.Application.model_validate_json(intent.body)
        answer = await self.scoring.apply(application, SimpleNamespace(app=self.scoring.app))
        reply = Reply(intent.at, intent.at + 0.01, 200, answer.model_dump_json().encode())
        judged = self.workload.judge(intent, reply)
        row = {"id": intent.id, "stream": "applications", "key": intent.key, "intended_at": intent.at,
               "sent_at": intent.at, "done_at": reply.done_at, "status": 200, "outcome": judged.outcome,
               "detail": judged.detail}  # fmt: skip
        self.recorder.write("requests", row)

    async def end(self) -> None:
        """Settle, and stop everything."""
        tells = {}
        for name, query in self.params.tells.items():
            cursor = await self.owner.execute(query.encode())
            names = [column.name for column in cursor.description or ()]
            rows = [dict(zip(names, row, strict=True)) for row in await cursor.fetchall()]
            tells[name] = [{k: v.isoformat() if isinstance(v, datetime) else v for k, v in row.items()} for row in rows]
        self.workload.settle({"db": {"tells": tells}})
        self.recorder.close()
        await self.life.__aexit__(None, None, None)
        await self.owner.close()
        await self.database.stop()

    def write_run(self) -> None:
        """What a keeper would say of the lap."""
        tables = [table.to_json() for table in (*CORE, *LOAN_APPLICATIONS.tables, *TABLES)]
        run = {
            "format": FORMAT, "session": "replay", "scenario": self.scenario.model_dump(mode="json", by_alias=True),
            "scenario_hash": "replay", "seed": self.seed, "lap": 1, "runtime": "local", "exam": True,
            "tables": tables, "timeline": self.timeline.to_json(), "deployment": {"started": True},
            "lag_p99": 0.001, "finished": True,
        }  # fmt: skip
        save(self.evidence, run)


def replay(folder: Path, variant: str, seed: int, scratch: Path) -> Any:
    """The report of one lap. Changes the process: one replay a process."""
    template, problems = examine(folder, vocabulary())
    assert template is not None, problems
    scenario = drawn(template, seed)
    place = materialise(folder, variant, scratch / "workspace")
    evidence = scratch / "evidence"
    evidence.mkdir()
    lap = Replay(folder, place, scenario, seed, evidence)
    loop = asyncio.new_event_loop()
    loop.run_until_complete(lap.begin())
    jobs: Any = importlib.import_module("jobs.main")
    jobs.time = SimpleNamespace(sleep=lambda _seconds: loop.run_until_complete(lap.step()))
    jobs.Clock = lambda _url: SimpleNamespace(now=lambda: lap.now)
    try:
        jobs.Jobs(jobs.settings.load()).run()
    except Over:
        pass
    finally:
        loop.run_until_complete(lap.end())
    lap.write_run()
    return grade(evidence)


def main(argv: Sequence[str]) -> None:
    """Print the report of one replay."""
    slug, variant, seed = argv
    with tempfile.TemporaryDirectory(prefix="fdelab-") as scratch:
        report = replay(find(slug).folder, variant, int(seed), Path(scratch))
    print(report.model_dump_json() if hasattr(report, "model_dump_json") else json.dumps(report.to_json()))


if __name__ == "__main__":
    main(sys.argv[1:])
