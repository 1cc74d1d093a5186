"""What a network does, one fault a file."""

from scenarios.vocabulary import Registry
from simulator.faults.abort import ABORT
from simulator.faults.bandwidth import BANDWIDTH
from simulator.faults.base import FaultKind
from simulator.faults.cut import CUT
from simulator.faults.down import DOWN
from simulator.faults.latency import LATENCY
from simulator.faults.loss import LOSS
from simulator.faults.refuse import REFUSE
from simulator.faults.reset import RESET
from simulator.faults.slicer import SLICER
from simulator.faults.slow_close import SLOW_CLOSE
from simulator.faults.timeout import TIMEOUT

FAULTS: Registry[FaultKind] = Registry(
    "fault",
    [ABORT, BANDWIDTH, CUT, DOWN, LATENCY, LOSS, REFUSE, RESET, SLICER, SLOW_CLOSE, TIMEOUT],
    group="fdelab.faults",
)
"""Every fault that a scenario may name."""
