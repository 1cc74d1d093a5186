"""Who wants the world to rest. Whoever dies wants it no more, so that a killed exam does not stop practice for good."""

import psutil

from simulator.protocol.control import Holder


def alive(holder: Holder) -> bool:
    """Whether the process that wants rest is still there."""
    try:
        process = psutil.Process(holder.pid)
        return abs(process.create_time() - holder.created) < 0.01 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


class Leases:
    """All wishes for rest that count."""

    def __init__(self) -> None:
        self._holders: set[Holder] = set()

    def take(self, holder: Holder) -> None:
        """Somebody wants rest."""
        self._holders.add(holder)

    def give(self, holder: Holder | None) -> None:
        """Somebody wants it no more; None: nobody does."""
        self._holders = self._holders - {holder} if holder else set()

    def held(self) -> bool:
        """Whether anybody who lives wants rest."""
        self._holders = {holder for holder in self._holders if alive(holder)}
        return bool(self._holders)
