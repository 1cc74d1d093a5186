"""Changes to a solution that make no difference to the customer: `equivalent.yaml` in a scenario's folder.

Whoever mutates a scenario's solutions (`fdelab scenario mutate`) finds some that no check could fail, as they do the
same. Each is written down here with the reason. The file is not one of those that define the scenario.
"""

from pathlib import Path
from typing import Literal

from pydantic import Field

from scenarios.block import Block
from scenarios.shape import load_model
from scenarios.texts import Text

EQUIVALENT = "equivalent.yaml"


class Equivalent(Block):
    """One change that makes no difference, or all changes to some lines."""

    of: Literal["reference", "alternative"] = "reference"
    """The solution that it changes."""
    file: str = Field(min_length=1, max_length=200)
    """Path relative to the workspace."""
    line: int = Field(gt=0)
    """The first line that it changes, counted from 1."""
    was: Text = Field(min_length=1)
    """The lines that it changes, without their indentation, as `fdelab scenario mutate` shows them after a minus."""
    becomes: Text | None = None
    """What they become; left out: whatever they become, it makes no difference."""
    reason: Text = Field(min_length=1)
    """Why nobody at the customer could notice."""

    def covers(self, of: str, file: str, line: int, was: str, becomes: str) -> bool:
        """Return whether it is about this change to a solution."""
        same = (self.of, self.file, self.line, bare(self.was)) == (of, file, line, bare(was))
        return same and (self.becomes is None or bare(self.becomes) == bare(becomes))


class Equivalents(Block):
    """All of them."""

    equivalents: list[Equivalent] = Field(max_length=500)


def load(folder: Path) -> list[Equivalent]:
    """Return those of the scenario in `folder`; none when it has no such file. Raises `ScenarioInvalid`."""
    file = folder / EQUIVALENT
    return load_model(Equivalents, file)[0].equivalents if file.is_file() else []


def bare(lines: str) -> str:
    """Return lines without their indentation and without empty ones, for comparison."""
    return "\n".join(line.strip() for line in lines.splitlines() if line.strip())
