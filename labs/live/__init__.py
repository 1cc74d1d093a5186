"""A running world as somebody watches it: `follow` gives what it is now, again and again; `Judge` what that is worth.

Knows nothing of terminals: the app's console and the commands that `--watch` both read it.
"""

from labs.live.feed import follow
from labs.live.judge import Judge
from labs.live.model import Ended, Happened, Line, Lines, Snapshot

__all__ = ["Ended", "Happened", "Judge", "Line", "Lines", "Snapshot", "follow"]
