"""Laps of a business with answers of every kind, without a world: what a workload that moved to YAML must repeat."""

import gzip
import json
import random
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from scenarios.model import Scenario
from simulator.clock import Clock, timeline
from simulator.dirt import Datasets
from simulator.evidence.recorder import Recorder
from simulator.workloads.base import Context, Intent, Reply, WorkloadKind

SEEDS = range(1, 21)

Answer = Callable[[Intent, random.Random, Datasets], tuple[int, Any] | None]
"""The status and body that a deployment answers a request with; None: nothing."""


def play(
    kind: WorkloadKind, scenario: Scenario, seed: int, folder: Path, answer: Answer,
    site: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """One lap: the requests, the outcomes, and all rows but their `detail`, as plain JSON values."""
    ((stream, flow),) = scenario.traffic.items()
    data = Datasets(scenario.datasets, seed, scenario.clock.starts)
    outcomes = []
    with Recorder(folder, "field") as recorder:
        context = Context(stream, flow, scenario, seed, Clock(timeline(scenario), 0.0), recorder, data)
        workload = kind.make(context, kind.params.model_validate(flow.with_))
        intents, rng = workload.intents(), random.Random(seed)
        for intent in intents:
            said = answer(intent, rng, data)
            if said is None:
                workload.unanswered(intent, "timeout")
                outcomes.append("timeout")
                continue
            body = said[1] if isinstance(said[1], bytes) else json.dumps(said[1]).encode()
            judged = workload.judge(intent, Reply(intent.at, intent.at + 0.01, said[0], body))
            outcomes.append(judged.outcome)
        workload.settle(site or {})
    tables = {file.name.partition(".")[0]: [*_rows(file)] for file in sorted(folder.glob("*.jsonl"))}
    requests = [[i.id, i.at, i.method, i.path, i.body.decode(), dict(i.headers), i.key] for i in intents]
    return {"requests": requests, "outcomes": outcomes, "tables": tables}


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    for line in file.read_text("utf-8").splitlines():
        yield {name: value for name, value in json.loads(line).items() if name != "detail"}


def golden(file: Path) -> dict[str, Any]:
    """What was recorded, by seed."""
    with gzip.open(file, "rt", encoding="utf-8") as packed:
        found: dict[str, Any] = json.load(packed)
    return found


def record(file: Path, laps: Mapping[str, Any]) -> None:
    """Record it, so that the same laps give the same bytes."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as raw, gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed:
        packed.write(json.dumps(laps, separators=(",", ":"), sort_keys=True).encode())


def baskets(intent: Intent, rng: random.Random, data: Datasets) -> tuple[int, Any] | None:
    """Answers to shop orders: half of them true, the others wrong in every way that was thought of."""
    asked = json.loads(intent.body)
    clean = data["articles"].clean
    prices = dict(zip(clean["id"].tolist(), clean["price"].tolist(), strict=True))
    total = sum(prices[line["article"]] * line["quantity"] for line in asked["lines"])
    right = {"order_id": asked["order_id"], "total": round(total, 2)}
    ways: list[tuple[int, Any] | None] = [
        (200, right | {"total": round(total * 1.1, 3)}), (200, right | {"total": total / 100}),
        (200, {"order_id": asked["order_id"]}), (200, right | {"total": "12"}), (200, right | {"order_id": "x"}),
        (500, right), (404, right), (200, right | {"total": True}), (200, right | {"total": -1}), (200, [1]),
        (200, b"{"), (201, right), (200, right | {"total": 10**12}), (200, right | {"total": None}), None,
    ]  # fmt: skip
    return rng.choice(ways) if rng.random() < 0.5 else (200, right)
