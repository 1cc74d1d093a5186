"""What a network does, one fault a file."""

from scenarios.vocabulary import Registry
from simulator.faults.abort import ABORT
from simulator.faults.bandwidth import BANDWIDTH
from simulator.faults.base import FaultKind
from simulator.faults.latency import LATENCY
from simulator.faults.refuse import REFUSE
from simulator.faults.reset import RESET
from simulator.faults.timeout import TIMEOUT

FAULTS: Registry[FaultKind] = Registry(
    "fault", [ABORT, BANDWIDTH, LATENCY, REFUSE, RESET, TIMEOUT], group="fdelab.faults"
)
"""Every fault that a scenario may name."""
