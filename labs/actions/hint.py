"""A nudge for one check."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labs.actions.memory import remember
from labs.base.errors import LabError, UsageProblem

if TYPE_CHECKING:
    from labs.engagement.engagement import Engagement
    from scenarios.model import Check


@dataclass(frozen=True)
class HintRequest:
    """Which nudge."""

    engagement: "Engagement"
    check: str


@dataclass(frozen=True)
class Hint:
    """A check that has a hint."""

    check: str
    says: str
    """What holds when it passes."""
    text: str | None
    """The hint; None: it was not taken yet."""

    @property
    def taken(self) -> bool:
        """Whether the learner has asked for it."""
        return self.text is not None


@dataclass(frozen=True)
class HintTaken:
    """A nudge that was given."""

    check: str
    text: str
    new: bool
    """Whether it was taken for the first time in this engagement."""
    unkept: LabError | None = None
    """Why progress does not know of it, where it does not."""


def take_hint(request: HintRequest) -> HintTaken:
    """Give the nudge, and remember that it was taken, in the engagement and once in progress.

    Raises `UsageProblem` where there is no such check, or none for it.
    """
    from scenarios.problems import did_you_mean

    engagement, name = request.engagement, request.check
    checks = _checks(engagement)
    found = next((one for one in checks if one.id == name), None)
    if found is None:
        raise UsageProblem(f"there is no check {name!r}", did_you_mean(name, [one.id for one in checks]))
    if found.hint is None:
        raise UsageProblem(f"{name} has no hint", None if found.hidden else f"what must hold: {found.says}")
    new, unkept = engagement.take_hint(name), None
    if new:
        scenario = engagement.entry().scenario.id
        unkept = remember(lambda store: store.hint(scenario, name, engagement.folder))
    return HintTaken(name, found.hint, new, unkept)


def hints(engagement: "Engagement") -> tuple[Hint, ...]:
    """All checks that have a hint, in the order of reports; the hint itself only where it was taken."""
    taken = engagement.hints
    there = [one for one in _checks(engagement) if one.hint is not None]
    return tuple(Hint(one.id, one.says, one.hint if one.id in taken else None) for one in there)


def taken_hints(engagement: "Engagement") -> Mapping[str, str]:
    """Return the hints that were taken, by check, in the order in which they were."""
    texts = {one.check: one.text for one in hints(engagement) if one.text is not None}
    return {check: texts[check] for check in engagement.hints if check in texts}


def _checks(engagement: "Engagement") -> "list[Check]":
    """All that reports show: the scenario's own checks, after the one that every scenario has."""
    from grader.checks import SERVES

    return [SERVES, *engagement.entry().scenario.checks]
