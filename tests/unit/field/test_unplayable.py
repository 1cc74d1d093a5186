"""A scenario whose traffic cannot be made is the scenario's fault, and the lap says so."""

from pathlib import Path

import pytest

from labs.library.new import new
from scenarios.loader import load
from simulator.clock import Clock, timeline
from simulator.dirt import Datasets
from simulator.evidence.recorder import Recorder
from simulator.field.lap import Lap, Unplayable
from simulator.workloads import WORKLOADS


def test_a_column_that_is_not_there_is_the_scenarios_fault(tmp_path: Path) -> None:
    file = new(tmp_path / "late-promises") / "scenario.yaml"
    file.write_text(file.read_text().replace("timeout: 5s}", "timeout: 5s, with: {price: prise}}"))
    scenario = load(file)
    lap = object.__new__(Lap)
    lap._scenario, lap._kinds, lap._seed = scenario, WORKLOADS, 1
    data = Datasets(scenario.datasets, 1, scenario.clock.starts)
    clock = Clock(timeline(scenario), 0.0)
    said = r"^the engagement cannot be played: traffic orders \(shop-orders\): there is no 'prise'$"
    with Recorder(tmp_path / "lap", "field") as recorder, pytest.raises(Unplayable, match=said):
        lap._workloads(clock, recorder, data)
