"""Models, versions, artefacts and aliases of one lap, with their history."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from simulator.parts.model_registry.params import Plain


@dataclass(frozen=True)
class Artefact:
    """A file of a version, which never changes."""

    body: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


@dataclass
class Stored:
    """One version."""

    model: str
    number: int
    registered: datetime
    """Simulated time from which it exists."""
    description: str = ""
    metrics: dict[str, float] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    params: dict[str, Plain] = field(default_factory=dict)
    artefacts: dict[str, Artefact] = field(default_factory=dict)
    reviews: dict[str, tuple[datetime, bool | None, str]] = field(default_factory=dict)
    """By reviewer: the time, approved or not (None: not yet), and the reason."""

    @property
    def approvals(self) -> int:
        """Return how many reviewers have approved it."""
        return sum(approved is True for _, approved, _ in self.reviews.values())


@dataclass(frozen=True)
class Spell:
    """A period in which a version had an alias."""

    alias: str
    version: int
    begun: datetime
    begun_at: float
    ended: datetime | None = None
    ended_at: float | None = None


@dataclass
class Card:
    """One model."""

    name: str
    versions: list[Stored] = field(default_factory=list)
    aliases: dict[str, int] = field(default_factory=dict)
    spells: list[Spell] = field(default_factory=list)

    def there(self, now: datetime) -> Iterator[Stored]:
        """Yield the versions that are registered by now."""
        return (version for version in self.versions if version.registered <= now)

    def move(self, alias: str, version: int | None, now: datetime, at: float) -> int | None:
        """Give an alias to a version, or to none; return the one that had it."""
        was = self.aliases.pop(alias, None)
        if version is not None:
            self.aliases[alias] = version
        if was != version:
            self.spells = [
                Spell(s.alias, s.version, s.begun, s.begun_at, now, at) if s.alias == alias and s.ended is None else s
                for s in self.spells
            ]
            if version is not None:
                self.spells.append(Spell(alias, version, now, at))
        return was

    def had(self, alias: str, version: int) -> bool:
        """Whether the version has, or had, that alias."""
        return any(s.alias == alias and s.version == version for s in self.spells)

    def served(self, alias: str, version: int, now: datetime) -> timedelta:
        """Return how long the version had that alias, in simulated time."""
        mine = (s for s in self.spells if s.alias == alias and s.version == version)
        return sum(((s.ended or now) - s.begun for s in mine), timedelta())

    def shown(self, version: Stored) -> dict[str, Any]:
        """Return a version as callers see it."""
        return {
            "model": self.name, "version": version.number, "registered": version.registered.isoformat(),
            "description": version.description, "metrics": version.metrics, "tags": version.tags,
            "params": version.params, "aliases": [a for a, number in self.aliases.items() if number == version.number],
            "artefacts": {path: listed(file) for path, file in version.artefacts.items()},
            "reviews": {name: review(*said) for name, said in version.reviews.items()},
        }  # fmt: skip


def listed(file: Artefact) -> Mapping[str, Any]:
    """Return an artefact as lists show it."""
    return {"bytes": len(file.body), "sha256": file.sha256}


def review(since: datetime, approved: bool | None, why: str) -> Mapping[str, Any]:
    """Return a review as callers see it."""
    state = {None: "pending", True: "approved", False: "rejected"}[approved]
    return {"state": state, "since": since.isoformat(), "reason": why}
