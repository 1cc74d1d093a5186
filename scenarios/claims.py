"""What a scenario asks of the learner's brief: causes and decisions to choose from, and numbers to find."""

from collections.abc import Iterable, Mapping
from typing import Self

from pydantic import Field, model_validator

from scenarios.block import Block
from scenarios.texts import Line, Slug, Sql, Text
from scenarios.units import Share

LEAST_CAUSES, MOST_CAUSES = 8, 12
"""So many causes there are to choose from: with fewer, guessing pays; more of them nobody compares."""


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
    spares: list[Line] = Field(default=[], max_length=50)
    """Names of others, beside the people, of whom the note had better not say that they are to blame."""
