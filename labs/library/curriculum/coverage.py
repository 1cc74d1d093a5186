"""Which goals have a working scenario, and which wait for one."""

from collections.abc import Mapping
from dataclasses import dataclass

from labs.library.curriculum.model import Goal, Goals
from scenarios.model import Scenario

Covered = dict[str, tuple[str, ...]]
"""Slugs of scenarios by goal; none: it waits for one."""


@dataclass(frozen=True)
class Coverage:
    """By kind of goal, as `skills.yaml` has them."""

    skills: Covered
    gaps: Covered
    challenges: Covered
    cases: Covered
    practices: Covered

    def kinds(self) -> dict[str, Covered]:
        """Return the columns of the matrix by name."""
        return {name: getattr(self, name) for name in type(self).__dataclass_fields__}

    @property
    def waiting(self) -> dict[str, list[str]]:
        """Goals without a scenario, by kind."""
        found = {kind: [name for name, slugs in goals.items() if not slugs] for kind, goals in self.kinds().items()}
        return {kind: names for kind, names in found.items() if names}


def coverage(goals: Goals, library: Mapping[str, Scenario]) -> Coverage:
    """Skills and gaps are named by the scenarios themselves; for the others `skills.yaml` says where they are met."""

    def asking(wanted: Mapping[str, Goal], kind: str) -> Covered:
        return {name: tuple(s for s, one in library.items() if name in getattr(one, kind)) for name in wanted}

    def there(kind: str) -> Covered:
        topics = getattr(goals, kind)
        return {name: tuple(slug for slug in topic.scenarios if slug in library) for name, topic in topics.items()}

    return Coverage(
        asking(goals.skills, "skills"),
        asking(goals.gaps, "gaps"),
        there("challenges"),
        there("cases"),
        there("practices"),
    )
