"""How often to look at what somebody else appends to, where nothing tells of it."""

import time

from labs.base.cancel import CancelToken

SOONEST, LATEST = 0.02, 0.25
"""Seconds between two looks: after a change, and when there was none for a while."""
_SLOWER = 1.25


class Pace:
    """Looks come close together while things change, and further apart the longer they do not."""

    def __init__(self) -> None:
        self._pause = SOONEST

    def changed(self) -> None:
        """There was something new: more is likely to come soon."""
        self._pause = SOONEST

    def wait(self, cancel: CancelToken | None = None) -> None:
        """Wait until it is time to look again, or `cancel` is gone."""
        if cancel is None:
            time.sleep(self._pause)
        else:
            cancel.wait(self._pause)
        self._pause = min(self._pause * _SLOWER, LATEST)
