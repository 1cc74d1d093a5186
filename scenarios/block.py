"""What every block of a scenario file, and of a brief, has in common."""

from pydantic import BaseModel, ConfigDict


class Block(BaseModel):
    """A block of a scenario file. Unknown keys are refused, and help comes from the docstrings under fields.

    A model is compiled when it is first used: `fdelab status` reads no scenario, and pays for none.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, serialize_by_alias=True,
                              defer_build=True)  # fmt: skip
