"""What a network does, and what happens to processes, one fault a file."""

from scenarios.vocabulary import Registry
from simulator.faults.abort import ABORT
from simulator.faults.accepted import ACCEPTED
from simulator.faults.bandwidth import BANDWIDTH
from simulator.faults.base import FaultKind
from simulator.faults.cpu import CPU
from simulator.faults.cut import CUT
from simulator.faults.disk_full import DISK_FULL
from simulator.faults.down import DOWN
from simulator.faults.dribble import DRIBBLE
from simulator.faults.duplicate import DUPLICATE
from simulator.faults.expired import EXPIRED
from simulator.faults.garble import GARBLE
from simulator.faults.headers import HEADERS
from simulator.faults.hidden_error import HIDDEN_ERROR
from simulator.faults.kill import KILL
from simulator.faults.late_body import LATE_BODY
from simulator.faults.latency import LATENCY
from simulator.faults.loss import LOSS
from simulator.faults.memory import MEMORY
from simulator.faults.misframe import MISFRAME
from simulator.faults.mislabel import MISLABEL
from simulator.faults.pause import PAUSE
from simulator.faults.process import ProcessFault
from simulator.faults.refuse import REFUSE
from simulator.faults.reset import RESET
from simulator.faults.restart import RESTART
from simulator.faults.schema import SCHEMA
from simulator.faults.skew import SKEW
from simulator.faults.slicer import SLICER
from simulator.faults.slow_close import SLOW_CLOSE
from simulator.faults.stale import STALE
from simulator.faults.throttle import THROTTLE
from simulator.faults.timeout import TIMEOUT
from simulator.faults.truncate import TRUNCATE

FAULTS: Registry[FaultKind] = Registry(
    "fault",
    [
        ABORT, ACCEPTED, BANDWIDTH, CUT, DOWN, DRIBBLE, DUPLICATE, EXPIRED, GARBLE, HEADERS, HIDDEN_ERROR, LATE_BODY,
        LATENCY, LOSS, MISFRAME, MISLABEL, REFUSE, RESET, SCHEMA, SLICER, SLOW_CLOSE, STALE, THROTTLE, TIMEOUT,
        TRUNCATE,
    ],
    group="fdelab.faults",
)  # fmt: skip
"""Every fault of a link that a scenario may name."""

PROCESS_FAULTS: Registry[ProcessFault] = Registry(
    "fault", [CPU, DISK_FULL, KILL, MEMORY, PAUSE, RESTART, SKEW], group="fdelab.process_faults"
)
"""Every fault of a process that a scenario may name."""
