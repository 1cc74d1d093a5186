"""The example of the page on businesses, in a scenario of its own, and laps of it without a world."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from scenarios.model import Scenario
from simulator.clock import Clock, timeline
from simulator.dirt import Datasets
from simulator.evidence.recorder import Recorder
from simulator.workloads import WORKLOADS
from simulator.workloads.base import Context, Intent, Judgement, Reply
from simulator.workloads.kinds import kinds

PAGE = Path(__file__).parents[4] / "docs" / "business.md"
BUSINESS = next(
    block for block in re.findall(r"^```yaml\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    if block.startswith("name: late-labels")
)  # fmt: skip

SCENARIO = """
id: labels
title: Labels
customer: {name: X, trade: carrier, currency: EUR}
level: 1
minutes: 30
datasets:
  customers:
    rows: 12
    columns:
      name: {sequence: "C{:02d}"}
      contract: {pick: {next-day: 1, usual: 3}}
      fee: {number: {integer: {from: 3, to: 25}}}
  parcels:
    rows: 300
    columns:
      parcel: {sequence: "P-{:05d}"}
      customer: {ref: {column: customers.name, skew: 1}}
      contract: {lookup: {column: customers.contract, by: customer, on: name}}
      late_fee: {lookup: {column: customers.fee, by: customer, on: name}}
      zone: {pick: [Z1, Z2, Z3]}
      ready_at: {time: {spans: 4h}}
      cut_off: {later: {than: ready_at, from: 20m sim, to: 120m sim}}
  parcel_items:
    rows: 700
    columns:
      number: {sequence: {}}
      parcel: {ref: {column: parcels.parcel}}
      sku: {format: "S{number}"}
      grams: {number: {lognormal: {median: 900, sigma: 0.8}, decimals: 0, min: 50}}
      penalty: {number: {integer: {from: 2, to: 15}}}
  tariffs:
    rows: 60
    columns:
      number: {sequence: {}}
      zone: {formula: 'where(number % 3 == 0, "Z1", where(number % 3 == 1, "Z2", "Z3"))'}
      valid_from: {time: {from: "2026-03-01T00:00", spans: 48h}}
      price_kg: {number: {uniform: {from: 0.8, to: 2.4}}}
site:
  wms:
    part: postgres
    with: {tells: {manifest: "SELECT parcel, tracking, loaded_at FROM manifest"}}
deployment:
  services: {labels: {command: [python, app.py], uses: [wms]}}
  editable: ["app.py"]
traffic:
  labels: {workload: late-labels, to: labels, rate: 15/s, timeout: 5s}
phases:
  - {name: warm-up, lasts: 4s, simulates: 48m, graded: false}
  - {name: morning, lasts: 8s, simulates: 96m}
  - {name: noon, lasts: 8s, simulates: 96m, shift: true}
checks:
  - id: right
    family: data
    measure: ratio
    with: {table: facts_labels, of: verdict = 'right'}
    expect: ">= 90 %"
    says: x
  - {id: cheap, family: business, measure: ledger, with: {accounts: [lateness]}, expect: ">= -50 EUR", says: x}
"""


def write(folder: Path, business: str = BUSINESS, scenario: str = SCENARIO) -> Path:
    """A scenario's folder, with the files that lint asks for."""
    (folder / "business").mkdir(parents=True, exist_ok=True)
    (folder / "scenario.yaml").write_text(scenario, "utf-8")
    (folder / "business" / "late-labels.yaml").write_text(business, "utf-8")
    (folder / "briefing.md").write_text("# Labels\n", "utf-8")
    (folder / "workspace").mkdir(exist_ok=True)
    (folder / "workspace" / "app.py").write_text("", "utf-8")
    return folder


def changed(business: str = BUSINESS, **blocks: Any) -> str:
    """The business with other blocks; None leaves one out."""
    tree = yaml.safe_load(business) | blocks
    return yaml.safe_dump({name: value for name, value in tree.items() if value is not None}, sort_keys=False)


class Lap:
    """One lap of a scenario's only flow."""

    def __init__(self, folder: Path, scenario: Scenario, seed: int = 3) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        ((stream, flow),) = scenario.traffic.items()
        kind = kinds(scenario, WORKLOADS)[flow.workload]
        self.folder, self.scenario, self.seed = folder, scenario, seed
        self.data = Datasets(scenario.datasets, seed, scenario.clock.starts)
        self.recorder = Recorder(folder, "field")
        self.plan = timeline(scenario)
        context = Context(stream, flow, scenario, seed, Clock(self.plan, 0.0), self.recorder, self.data)
        self.workload = kind.make(context, kind.params.model_validate(flow.with_))
        self.intents = self.workload.intents()

    def answer(self, intent: Intent, body: Any, status: int = 200, after: float = 0.05) -> Judgement:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.workload.judge(intent, Reply(intent.at, intent.at + after, status, raw))

    def settle(self, site: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        self.workload.settle(site or {})
        self.recorder.close()

    def rows(self, table: str) -> list[dict[str, Any]]:
        self.recorder.flush()
        file = self.folder / f"{table}.field.jsonl"
        return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []
