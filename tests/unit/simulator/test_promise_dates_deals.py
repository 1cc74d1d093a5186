"""The ERP deals as it did when promise-dates was verified: other deals would void its calibration."""

from simulator.parts.soap_erp.pace import Pace
from simulator.parts.soap_erp.params import ErpParams

SLOW = [(16, 10.40161), (27, 8.541102), (50, 8.300117), (77, 11.422111), (95, 9.623558)]
"""Which of the first hundred calls are slow with seed 7, and by how many seconds."""


def test_the_slow_calls_of_a_seed_are_the_same_ones() -> None:
    pace = Pace(7, ErpParams.model_validate({"slow": {"share": "5%", "from": "8s", "to": "12s"}}))
    assert [(call, round(slow, 6)) for call in range(100) if (slow := pace.slow())] == SLOW
