"""What every block of a scenario file, and of a brief, has in common."""

from pydantic import BaseModel, ConfigDict


class Block(BaseModel):
    """A block of a scenario file. Unknown keys are refused, and help comes from the docstrings under fields."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, serialize_by_alias=True)
