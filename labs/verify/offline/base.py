"""Where the answers of an exam without a world come from."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from labs.exam import brief
from labs.library.catalogue import REFERENCE, Entry
from labs.verify.offline.stage import Asked, Stage
from scenarios.brief import FILE
from scenarios.variants import variants
from simulator.evidence.listing import FOLDER as EXAMINERS
from simulator.evidence.run import FORMAT, save
from simulator.field.transcript import FOLDER, SITE
from simulator.workloads.decisions import Decision

PROMPT_S = 0.005
"""How long whoever looks at nothing takes to answer."""

Site = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Told:
    """A deployment's answer to one request."""

    done_at: float
    answer: Mapping[str, Any] | None = None
    """The JSON object in its body; None: see `body`."""
    status: int = 200
    body: bytes = b""
    """What it is when it is no JSON object."""
    lost: str | None = None
    """`timeout`, `error` or `unsent` where no answer came."""
    sent_at: float | None = None

    def saying(self, **fields: Any) -> "Told":
        """Return the same answer with other fields; one that has none stays as it is."""
        return self if self.answer is None else replace(self, answer={**self.answer, **fields})

    @property
    def raw(self) -> bytes:
        """The body on the wire."""
        return self.body if self.answer is None else json.dumps(self.answer, default=str).encode()


@dataclass(frozen=True)
class Heard:
    """One request with what it was told in the end."""

    asked: Asked
    told: Told


class Base(Protocol):
    """Answers, before anybody changes them."""

    @property
    def name(self) -> str:
        """Return what the deployment is called."""

    def told(self, asked: Asked) -> Told:
        """Return the answer to a request."""

    def site(self, stage: Stage) -> Site | None:
        """Return the parts' final state; None where nobody was in touch with them."""

    def prepare(self, stage: Stage, folder: Path) -> None:
        """Put into the new evidence folder whatever is not the workloads' to write."""


@dataclass(frozen=True)
class Plain:
    """A deployment that fills every field with something, at once, and does nothing else."""

    name: str = "plain"
    stage: Stage | None = None

    def told(self, asked: Asked) -> Told:
        """Return an answer with the first value of everything."""
        assert self.stage is not None
        fields = {one.field: plain(one, asked.body) for one in self.stage.decided(asked)}
        return Told(asked.intent.at + PROMPT_S, fields, sent_at=asked.intent.at)

    def site(self, _stage: Stage) -> Site | None:
        """Return nothing: no part was spoken to."""
        return None

    def prepare(self, stage: Stage, folder: Path) -> None:
        """Begin a `run.json`, with the reference's brief: whoever is lazy elsewhere may well have written one."""
        entry = stage.entry
        save(folder, _run(stage))
        brief.keep(_brief(entry), entry.incident, folder)


def plain(decision: Decision, asked: Mapping[str, Any]) -> Any:
    """Return what somebody says who has no idea."""
    if decision.kind == "key":
        return asked.get(decision.field)
    if decision.kind == "date":
        return later(asked, decision.values[0] if decision.values else 1)
    fallback: dict[str, Any] = {"number": 0, "text": "x", "list": [], "choice": None}
    return decision.values[0] if decision.values else fallback[decision.kind]


def later(asked: Mapping[str, Any], days: int) -> str | None:
    """Return the day so many days after the first date in a request; None where it has none."""
    for value in asked.values():
        try:
            return (date.fromisoformat(str(value)[:10]) + timedelta(days=days)).isoformat()
        except ValueError:
            continue
    return None


def _brief(entry: Entry) -> bytes | None:
    known = variants(entry.folder).get(REFERENCE)
    files = [layer / FILE for layer in reversed(known.layers)] if known else []
    return next((file.read_bytes() for file in files if file.is_file()), None) if entry.scenario.brief else None


def _run(stage: Stage) -> dict[str, Any]:
    entry = stage.entry
    return {
        "format": FORMAT, "session": "offline", "scenario": stage.scenario.model_dump(mode="json", by_alias=True),
        "scenario_hash": entry.hash, "calibration": entry.scale(), "seed": stage.seed, "lap": 1, "runtime": "none",
        "exam": True, "use": None, "tables": [t.to_json() for t in stage.tables], "timeline": stage.plan.to_json(),
        "deployment": {"started": True}, "lag_p99": 0.0, "slowdown": 1.0, "finished": True, "files": {},
    }  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """A lap that was played in a world, with the transcript of what its workloads were told."""

    folder: Path
    name: str = REFERENCE
    _last: dict[tuple[str, str | None], Told] = field(default_factory=dict, compare=False)

    @cached_property
    def answers(self) -> dict[str, dict[str, Told]]:
        """Every answer, by stream and request."""
        files = sorted((self.folder / FOLDER).glob("*.jsonl"))
        return {file.stem: dict(_read(file)) for file in files}

    def told(self, asked: Asked) -> Told:
        """Return the answer that was given; to what was never asked, the last one in the same matter."""
        stream, intent = asked.stream, asked.intent
        found = self.answers.get(stream, {}).get(intent.id)
        if found is None:
            last = self._last.get((stream, intent.key)) or Told(intent.at, lost="error")
            took = max(last.done_at - (last.sent_at or last.done_at), 0.0)
            found = replace(last, sent_at=intent.at, done_at=intent.at + took)
        self._last[stream, intent.key] = found
        return found

    @cached_property
    def _site(self) -> Site:
        found: Site = json.loads((self.folder / FOLDER / SITE).read_bytes())
        return found

    def site(self, _stage: Stage) -> Site | None:
        """Return the final state as the field was told it."""
        return self._site

    def prepare(self, stage: Stage, folder: Path) -> None:
        """Copy the evidence, but for what the workloads wrote."""
        again = {f"{name}.field.jsonl" for name in ("requests", "ledger", "cuts", *(t.name for t in stage.written))}
        for file in (*self.folder.iterdir(), *self.folder.glob(f"{EXAMINERS}/*")):
            if file.is_file() and file.name not in again:
                copy = folder / file.relative_to(self.folder)
                copy.parent.mkdir(exist_ok=True)
                shutil.copyfile(file, copy)


def _read(file: Path) -> list[tuple[str, Told]]:
    found, latest = [], 0.0
    for line in file.read_text("utf-8").splitlines():
        row = json.loads(line)
        # Nobody noted when an answer was given up; it was when the lap had come so far.
        latest = max(latest, row.get("done_at") or 0.0)
        if "outcome" in row:
            found.append((row["id"], Told(max(latest, row["at"]), lost=row["outcome"])))
            continue
        body = row["body"].encode("latin-1")
        try:
            answer = json.loads(body)
        except ValueError:
            answer = None
        fields = answer if isinstance(answer, dict) else None
        found.append((row["id"], Told(row["done_at"], fields, row["status"], body, sent_at=row["sent_at"])))
    return found
