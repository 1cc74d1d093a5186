"""What a network does, and what happens to processes, one fault a file."""

from typing import TYPE_CHECKING

from scenarios.vocabulary import Registry

if TYPE_CHECKING:
    from simulator.faults.base import FaultKind
    from simulator.faults.process import ProcessFault

FAULTS: "Registry[FaultKind]" = Registry(
    "fault",
    {
        "abort": "simulator.faults.abort:ABORT",
        "accepted": "simulator.faults.accepted:ACCEPTED",
        "bandwidth": "simulator.faults.bandwidth:BANDWIDTH",
        "cut": "simulator.faults.cut:CUT",
        "down": "simulator.faults.down:DOWN",
        "dribble": "simulator.faults.dribble:DRIBBLE",
        "duplicate": "simulator.faults.duplicate:DUPLICATE",
        "expired": "simulator.faults.expired:EXPIRED",
        "garble": "simulator.faults.garble:GARBLE",
        "headers": "simulator.faults.headers:HEADERS",
        "hidden_error": "simulator.faults.hidden_error:HIDDEN_ERROR",
        "late_body": "simulator.faults.late_body:LATE_BODY",
        "latency": "simulator.faults.latency:LATENCY",
        "loss": "simulator.faults.loss:LOSS",
        "misframe": "simulator.faults.misframe:MISFRAME",
        "mislabel": "simulator.faults.mislabel:MISLABEL",
        "refuse": "simulator.faults.refuse:REFUSE",
        "reset": "simulator.faults.reset:RESET",
        "schema": "simulator.faults.schema:SCHEMA",
        "slicer": "simulator.faults.slicer:SLICER",
        "slow_close": "simulator.faults.slow_close:SLOW_CLOSE",
        "stale": "simulator.faults.stale:STALE",
        "throttle": "simulator.faults.throttle:THROTTLE",
        "timeout": "simulator.faults.timeout:TIMEOUT",
        "truncate": "simulator.faults.truncate:TRUNCATE",
    },
    group="fdelab.faults",
)
"""Every fault of a link that a scenario may name."""

PROCESS_FAULTS: "Registry[ProcessFault]" = Registry(
    "fault",
    {
        "cpu": "simulator.faults.cpu:CPU",
        "disk_full": "simulator.faults.disk_full:DISK_FULL",
        "kill": "simulator.faults.kill:KILL",
        "memory": "simulator.faults.memory:MEMORY",
        "pause": "simulator.faults.pause:PAUSE",
        "restart": "simulator.faults.restart:RESTART",
        "skew": "simulator.faults.skew:SKEW",
    },
    group="fdelab.process_faults",
)
"""Every fault of a process that a scenario may name."""
