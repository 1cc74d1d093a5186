"""Live checks: `fdelab check`'s own question, asked again whenever its answer can have changed."""

import asyncio
from typing import TYPE_CHECKING

from labs.engagement.engagement import Engagement
from labs.world.live.model import Happened, Snapshot

if TYPE_CHECKING:
    from grader.report import Report

SETTLED = 1.5
"""Seconds after a phase is over for its last rows to be on disk: the keeper writes once a second."""


class Judge:
    """Knows when to ask. Feed it all messages; `stale` says whether asking now may give another answer."""

    def __init__(self, engagement: Engagement) -> None:
        self.engagement = engagement
        self._now: tuple[object, ...] = ()
        self._judged: tuple[object, ...] | None = None
        self._redeploys = self._finished = 0

    def heed(self, message: object) -> None:
        """Take notice of one message of the feed."""
        if isinstance(message, Happened):
            kind = message.event.kind
            self._redeploys += kind == "redeployed"
            self._finished += kind in ("lap-finished", "lap-failed", "deployment-failed")
        elif isinstance(message, Snapshot):
            self._now = (message.lap, _over(message), self._redeploys, self._finished)

    @property
    def stale(self) -> bool:
        """Whether there is something to judge that was not judged yet."""
        return bool(self._now) and self._now != self._judged

    def judge(self) -> "Report":
        """Return the report on what there is now; takes a moment. Raises `LabError` where there is nothing to judge."""
        from labs.engagement.check import check_practice

        now = self._now
        report = check_practice(self.engagement)
        self._judged = now
        return report

    async def ask(self) -> "Report":
        """`judge`, beside whatever else goes on."""
        return await asyncio.to_thread(self.judge)


def _over(snapshot: Snapshot) -> int:
    """How many phases of this lap can be judged: those to which no answer can come any more."""
    when = snapshot.when
    if when is None or not when.spans:
        return 0
    drain = when.spans[-1].ends - when.spans[-1].begins
    return sum(when.at >= span.ends + drain + SETTLED for span in when.spans)
