"""promise-dates deals as it did when it was verified: other deals would void its calibration."""

from pathlib import Path

from labs.library.vocabulary import vocabulary
from scenarios.loader import load
from simulator.parts.soap_erp.pace import Pace
from simulator.parts.soap_erp.params import ErpParams

SCENARIO = Path(__file__).parents[3] / "scenarios" / "library" / "promise-dates" / "scenario.yaml"
SLOW = [(16, 10.40161), (27, 8.541102), (50, 8.300117), (77, 11.422111), (95, 9.623558)]
"""Which of the first hundred calls are slow with seed 7, and by how many seconds."""


def test_the_slow_calls_of_a_seed_are_the_same_ones() -> None:
    scenario = load(SCENARIO, vocabulary())
    phase = next(phase for phase in scenario.phases if phase.name == "slow-erp")
    rules = ErpParams.model_validate(scenario.site["erp"].with_ | phase.set["erp"])
    pace = Pace(7, rules)
    assert [(call, round(slow, 6)) for call in range(100) if (slow := pace.slow())] == SLOW
