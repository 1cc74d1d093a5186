"""The files that the customer's parts left of a day, as a function of its scenario, seed and timeline."""

from pathlib import Path

from scenarios.vocabulary import FILES
from simulator import seeds
from simulator.clock import Timeline
from simulator.dirt import Datasets
from simulator.evidence.packed import LEFT
from simulator.evidence.run import Run
from simulator.parts import PARTS
from simulator.parts.base import Day

MOST = 8 * 2**20
"""Bytes of files that travel with an incident; what is more stays out, the last part's last files first."""


def left(run: Run, seed: int, site: Path | None = None) -> dict[str, bytes]:
    """Every file by its path in an incident; `seed` is the lap's, and `site` the scenario's folder of that name."""
    scenario = run.scenario
    data = Datasets(scenario.datasets, seed, scenario.clock.starts)
    timeline = Timeline.from_json(run.timeline)
    found: dict[str, bytes] = {}
    room = MOST
    for name, part in scenario.site.items():
        kind = PARTS[part.part]
        params = kind.params.model_validate(part.with_, context={FILES: str(site) if site else None})
        for path, content in kind.leaves(params, Day(seeds.child(seed, "site", name), timeline, data)):
            room -= len(content)
            if room >= 0:
                found["/".join((LEFT, name, path.strip("/")))] = content
    return found
