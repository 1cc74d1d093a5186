"""What the app remembers between two sittings: the place, the engagement, the look."""

import contextlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from labs.base import paths


@dataclass
class Memory:
    """Each is None when there is nothing to remember."""

    place: str | None = None
    scenario: str | None = None
    """Name of the one that was looked at."""
    folder: str | None = None
    """Of the engagement that was open."""
    theme: str | None = None
    tips: str | None = None
    """`off`, when they are not wanted."""

    def save(self) -> None:
        """Remember it. Losing it costs a few key presses, so a full disk is no reason to say anything."""
        from simulator.files import write_json

        with contextlib.suppress(OSError):
            _file().parent.mkdir(parents=True, exist_ok=True)
            write_json(_file(), asdict(self))

    @classmethod
    def load(cls) -> "Memory":
        """Return what was remembered; nothing, where that cannot be read."""
        found: Any = None
        with contextlib.suppress(OSError, ValueError):
            found = json.loads(_file().read_bytes())
        known = found if isinstance(found, dict) else {}
        return cls(**{name: known[name] for name in vars(cls()) if isinstance(known.get(name), str)})


def _file() -> Path:
    return paths.state() / "app.json"
