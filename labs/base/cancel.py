"""How one asks something that takes long to end: one token, for whoever waits and whoever works."""

from dataclasses import dataclass, field
from threading import Event


@dataclass
class CancelToken:
    """Held while something long runs: lets go of it, or has it ended and cleaned up. Safe to use from any thread."""

    _gone: Event = field(default_factory=Event)
    _cancelled: bool = False

    def cancel(self) -> None:
        """End it, and leave nothing of it."""
        self._cancelled = True
        self._gone.set()

    def let_go(self) -> None:
        """Wait for it no more; what can go on by itself does so."""
        self._gone.set()

    @property
    def gone(self) -> bool:
        """Whether nobody waits any more: it was cancelled, or let go of."""
        return self._gone.is_set()

    @property
    def cancelled(self) -> bool:
        """Whether it is to be ended; else it goes on by itself."""
        return self._cancelled

    def wait(self, seconds: float) -> bool:
        """Wait until it is gone, or for so many wall seconds; return whether it is gone."""
        return self._gone.wait(seconds)
