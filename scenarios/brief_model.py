"""What the learner tells the customer about an incident, as a model: the keys of `brief.yaml`."""

from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from scenarios import shares
from scenarios.block import Block
from scenarios.claims import MOST_CAUSES
from scenarios.folder import INCIDENTS
from scenarios.texts import Slug


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _searchable(value: str) -> str:
    # Each star may stand for any text: whether a value is like that is found by trying.
    if value.count("*") > _STARS:
        raise ValueError(f"has `*` more than {_STARS} times")
    return value


_STARS = 3
_Value = Annotated[str, Field(max_length=200), AfterValidator(_searchable)]
_Values = Annotated[
    list[_Value],
    BeforeValidator(_listed),
    Field(min_length=1, max_length=12),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
_Said = Annotated[str, Field(max_length=10_000)]
_Share = Annotated[
    float, BeforeValidator(shares.parse), WithJsonSchema({"type": ["string", "number"], "examples": ["65 %"]})
]


class Cited(Block):
    """Rows of the incident that show the cause."""

    table: Slug
    rows: dict[Slug, _Values] = Field(min_length=1, max_length=6)
    """Columns, each with the values that are meant; a `*` in a value matches any text."""


class Claim(Block):
    """That a cause is true: how much of the loss is due to it, and which rows of the incident show that."""

    share: _Share
    """Of the whole loss, from 0 to 1."""
    evidence: list[Cited] = Field(default_factory=list, max_length=10)


class Amount(Block):
    """A number that the business can act on."""

    number: float = Field(allow_inf_nan=False, ge=-1e15, le=1e15)
    unit: Annotated[str, Field(max_length=60)]


class Ask(Block):
    """What the learner wants of somebody at the customer."""

    of: Slug | None = None
    what: _Said | None = None
    amount: Annotated[str, Field(max_length=60)] | None = None
    """What it costs, if it costs something."""
    by: date | None = None
    """The day until which an answer is needed."""


_ABOUT = "incident"
"""The one key that is no part of what is told."""


class Brief(Block):
    """What the learner tells the customer about the incident."""

    incident: int | None = Field(default=None, ge=1, le=len(INCIDENTS))
    """Which of the scenario's incidents it is about; left out: that which its writer was dealt, or the first."""
    to: Slug | None = None
    claims: dict[Slug, Claim] = Field(default_factory=dict, max_length=MOST_CAUSES)
    impact: dict[Slug, Amount] = Field(default_factory=dict, max_length=20)
    decisions: list[Slug] = Field(default_factory=list, max_length=12)
    ask: Ask | None = None
    risk: _Said | None = None
    owner: _Said | None = None
    note: _Said | None = None

    @property
    def left_out(self) -> list[str]:
        """Return the keys that have no content."""
        values = {name: getattr(self, name) for name in type(self).model_fields if name != _ABOUT}
        return [name for name, value in values.items() if not (value.strip() if isinstance(value, str) else value)]
