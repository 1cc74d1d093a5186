"""What a scenario asks of the learner's brief: causes and decisions to choose from, and numbers to find."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from scenarios.block import Block
from scenarios.folder import INCIDENTS
from scenarios.texts import Glob, Line, Slug, Sql, Text
from scenarios.units import Share

LEAST_CAUSES, MOST_CAUSES = 8, 12
"""So many causes there are to choose from: with fewer, guessing pays; more of them nobody compares."""


_OVERLAYS = ("incidents", "solution", "solution-alt", "shortcuts")
"""Folders of a scenario of which something may lie over its workspace."""


def _overlay(text: str) -> str:
    first, *rest = text.split("/")
    if first not in _OVERLAYS or any(part in ("", ".", "..") for part in rest):
        raise ValueError(f"is a folder within one of these: {', '.join(_OVERLAYS)}")
    return text


class Fact(Block):
    """A number in the incident that a brief should state correctly."""

    asks: Text
    """Which number is meant, in the customer's words: the learner sees it, with the stretch of the day that it is
    about."""
    sql: Sql
    """An SQL query of the incident that returns it."""
    unit: Line
    """The unit of the answer: `EUR/h`, `orders`, `%`, `s`."""
    within: Share = 0.1
    """How far off the number may be, as a share of it."""
    window: list[Slug] | None = Field(default=None, min_length=1, max_length=50)
    """Phases that it is about; left out: all graded ones."""


class Loss(Block):
    """Which rows of the incident are the loss, whom each is about, and what it cost."""

    says: Line = "everything in the ledger"
    """The loss as somebody at the customer would call it: the learner sees it, with the stretch of the day."""
    table: Slug = "ledger"
    key: Sql = "key"
    """An SQL expression over that table: what a row is about, as an order's number. Evidence is compared by it."""
    amount: Sql = "-amount"
    """An SQL expression over that table: what the row cost, more than 0."""
    where: Sql | None = None
    """An SQL condition of the rows that are the loss, as far as the customer's books tell; left out: all of them."""
    besides: Sql | None = None
    """An SQL condition of those among them that are nobody's doing, as only the examiner knows: they do not count."""
    window: list[Slug] | None = Field(default=None, min_length=1, max_length=50)
    """Phases that it is about; left out: all graded ones."""


class Cause(Block):
    """Something that the loss may come from."""

    says: Line
    """The cause as somebody at the customer would put it: a sentence, as it would stand behind a comma."""
    rows: Sql | None = None
    """An SQL condition of the loss's rows that are due to it; left out: none is, it only looks like a cause."""


class Decision(Block):
    """Something that may be done about it."""

    says: Line
    """The decision as somebody at the customer would put it: an imperative, as it would stand behind a comma."""
    mends: list[Slug] = Field(default=[], max_length=MOST_CAUSES)
    """The causes that are gone when it is done; left out: none, it only looks like a remedy."""


class Claims(Block):
    """What can be claimed of the loss, true or not. The order in which a learner sees it is dealt."""

    of: Loss = Field(default_factory=Loss)
    keys: dict[Slug, Sql] = Field(min_length=1, max_length=20)
    """For each table that can be cited as evidence, the SQL expression of what a row is about, as in `of: key`."""
    causes: dict[Slug, Cause] = Field(min_length=LEAST_CAUSES, max_length=MOST_CAUSES)
    decisions: dict[Slug, Decision] = Field(min_length=2, max_length=12)

    @model_validator(mode="after")
    def _something_is_true(self) -> Self:
        if not self.true:
            raise ValueError("no cause has `rows`: one of them must be true")
        return self

    @property
    def true(self) -> dict[str, str]:
        """Return the SQL condition of each cause that has one."""
        return {name: cause.rows for name, cause in self.causes.items() if cause.rows is not None}

    def mended(self, decisions: Iterable[str]) -> frozenset[str]:
        """Return the causes that these decisions mend together; unknown ones mend none."""
        known: Mapping[str, Decision] = self.decisions
        return frozenset(cause for name in decisions if name in known for cause in known[name].mends)


class Day(Block):
    """One more bad day: what lay over the workspace when it was recorded, so that other causes weigh more."""

    folder: Annotated[Line, AfterValidator(_overlay)] | None = None
    """A folder of the scenario's that lay over it, as `incidents/2` or `solution`."""
    files: list[Glob] = Field(default=[], max_length=50)
    """Which files of that folder; left out: all of them."""
    use: Line | None = None
    """Instead of a folder: a deployment that ships with the scenario, as `shortcut:longer-timeout`."""
    says: Text | None = None
    """What the brief's reader wrote to the learner about that day: why the deployment was another, and is not now."""

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.folder is None) == (self.use is None):
            raise ValueError("say either `folder` or `use`")
        if self.use is not None and self.files:
            raise ValueError("`files` are of a `folder`")
        return self


class BriefSpec(Block):
    """What the learner's brief about the incident is graded by."""

    to: Slug
    """The person who reads the note."""
    weight: float = Field(default=15, gt=0, le=1000)
    """Weight of the check on the brief."""
    gate: bool = False
    """When it fails, the score is capped at 50 and the exam is not passed."""
    optional: bool = False
    """Whether whoever writes none may pass; reports show it apart."""
    claims: Claims
    facts: dict[Slug, Fact] = Field(min_length=1, max_length=20)
    incidents: list[Day] = Field(default=[], max_length=len(INCIDENTS) - 1)
    """Further incidents beside that of the workspace: which of all a learner investigates is dealt."""
    spares: list[Line] = Field(default=[], max_length=50)
    """Names of others, beside the people, of whom the note had better not say that they are to blame."""

    @property
    def days(self) -> int:
        """Return how many incidents there are, or are to be."""
        return 1 + len(self.incidents)
