"""A command of the palette."""

from collections.abc import Callable
from typing import NamedTuple


class Command(NamedTuple):
    """Something that one can do now."""

    title: str
    about: str
    """What it does; at its end in parentheses the key that does it too, where there is one."""
    run: Callable[[], object]

    @property
    def key(self) -> str:
        """That key, as it is shown; empty where there is none."""
        return self.about.rpartition("(")[2].removesuffix(")") if self.about.endswith(")") else ""
