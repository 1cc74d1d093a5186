"""Why a process of ours ended: the last error that it printed, told with its end where a person looks."""

import re

from scenarios.plain import printable
from simulator.keeper.errors import SiteLost

_MOST = 1000
"""Characters of a line that are looked at: what a deployment sends to ours can make them print anything."""
_ERROR = re.compile(r"[\s|]*((?:(?:\w+\.)+\w+|\w*(?:Error|Exception)): \S.{,200})")
"""The line of a traceback that says what it was, also where Python draws the errors of several tasks."""


class LastWords:
    """What our own processes said last."""

    def __init__(self) -> None:
        self._errors: dict[str, str] = {}

    def hear(self, process: str, line: str) -> None:
        """Take down a line that a process of ours printed."""
        if found := _ERROR.match(line[:_MOST]):
            self._errors[process] = printable(found[1])  # a reason is shown on terminals

    def why(self, error: Exception) -> str:
        """Return what went wrong, with the last error of a process of ours where one ended by itself."""
        said = self._errors.get(error.process or "") if isinstance(error, SiteLost) else None
        return f"{error}: {said}" if said else str(error)
