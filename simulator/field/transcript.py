"""Keep what a workload was told in a lap, so that the lap can be played again without a world.

Only a verification asks for it (`FieldConfig.transcript`): exams are neither slower nor larger for it.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from simulator import gate
from simulator.workloads.base import Intent, Judgement, Reply, Workload

FOLDER = "transcript"
"""Folder of a lap's evidence that holds it; graders read the tables beside it alone."""
SITE = "site.json"
"""Its file with the parts' final state."""


class Transcript:
    """A workload that notes every answer, and writes them down with the site's final state before it settles.

    A lap that does not get so far leaves no transcript.
    """

    def __init__(self, workload: Workload, stream: str, folder: Path) -> None:
        """Write to a file of `folder`, which is made, named after the stream."""
        self._workload = workload
        self._stream = stream
        self._folder = folder
        self._lines: list[bytes] = []

    def intents(self) -> list[Intent]:
        """Return what the workload intends."""
        return self._workload.intents()

    def judge(self, intent: Intent, reply: Reply) -> Judgement:
        """Keep the answer, and return the workload's judgement on it."""
        self._keep(intent, sent_at=reply.sent_at, done_at=reply.done_at, status=reply.status,
                   body=reply.body.decode("latin-1"))  # fmt: skip
        return self._workload.judge(intent, reply)

    def unanswered(self, intent: Intent, outcome: Literal["timeout", "error", "unsent"]) -> None:
        """Keep that no answer came, and tell the workload."""
        self._keep(intent, outcome=outcome)
        self._workload.unanswered(intent, outcome)

    def settle(self, site: Mapping[str, Mapping[str, Any]]) -> None:
        """Write everything down, and let the workload settle."""
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / f"{self._stream}.jsonl").write_bytes(b"".join(self._lines))
        (self._folder / SITE).write_bytes(gate.dumps(site))
        self._workload.settle(site)

    def _keep(self, intent: Intent, **said: Any) -> None:
        self._lines.append(gate.dumps({"id": intent.id, "key": intent.key, "at": intent.at, **said}) + b"\n")
