"""A process stands still for a while, as a notebook whose lid is closed."""

from scenarios.units import Wall
from simulator.faults.base import FaultParams
from simulator.faults.process import Frozen, ProcessFault


class LidClosed(FaultParams):
    """`lid-closed: {lasts: 3s}`."""

    lasts: Wall = 2.0
    """How long until it is opened."""


def _hit(params: LidClosed) -> Frozen:
    return Frozen(params.lasts)


PROCESS_FAULT = ProcessFault("lid-closed", LidClosed, _hit, parts=True, denies=True)
