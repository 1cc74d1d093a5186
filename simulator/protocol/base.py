"""The version of the protocol, and what all of its models have in common."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

VERSION: Literal[1] = 1
"""Of all that this package describes. What says no version was written before there was one, and counts as 0."""


class OtherVersion(Exception):
    """A world speaks another version of the protocol than this program."""

    remedy = "use the fdelab that started it, or end it (fdelab stop) and start it again with this one"
    """What to do about it."""

    def __init__(self, found: object) -> None:
        super().__init__(
            f"the world was started by another version of fdelab: it speaks protocol {found}, this one {VERSION}"
        )
        self.found = found


class Model(BaseModel):
    """Any value of the protocol: it cannot be changed, and has no fields that nobody knows.

    A model is compiled when it is first used: a process that meets three kinds of event pays for three.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, populate_by_name=True,
                              json_schema_serialization_defaults_required=True)  # fmt: skip


class Message(Model):
    """What stands for itself in a stream or a file, and so tells its version."""

    protocol: Literal[1] = VERSION


def check(data: Mapping[str, Any]) -> None:
    """Make sure that a message speaks this version of the protocol. Raises `OtherVersion`."""
    found = data.get("protocol", 0)
    if found != VERSION:
        raise OtherVersion(found)
