"""Leaves the ERP alone while it takes no calls, and looks now and then whether it does again."""

import logging
import time
from collections.abc import Callable

from app.erp.errors import Closed
from app.log import fields

log = logging.getLogger("promise.erp")


class Breaker:
    """Closed when all is well (as in electricity); open, it lets one probe through every `probe` seconds."""

    def __init__(self, probe: float, time: Callable[[], float] = time.monotonic) -> None:
        self._probe = probe
        self._time = time
        self._next_probe: float | None = None
        """None while it is closed."""

    def check(self) -> None:
        """Raises `Closed` when the ERP is to be left alone."""
        if self._next_probe is None:
            return
        if self._time() < self._next_probe:
            raise Closed("the ERP takes no calls")
        self._next_probe = self._time() + self._probe

    def trip(self, why: str) -> None:
        """The ERP said that it takes no calls."""
        if self._next_probe is None:
            log.warning(fields("the ERP is closed", why=why))
        self._next_probe = self._time() + self._probe

    def reset(self) -> None:
        """The ERP did something."""
        if self._next_probe is not None:
            log.info("the ERP is open again")
        self._next_probe = None
