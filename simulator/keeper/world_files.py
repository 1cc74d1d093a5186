"""Where the files of a world are. Apart from what a world is to be: whoever looks for one reads no scenario."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.keeper.spec import WorldSpec


@dataclass(frozen=True)
class WorldFiles:
    """The files of one world, by name."""

    folder: Path

    @property
    def spec(self) -> Path:
        return self.folder / "world.json"

    @property
    def keeper(self) -> Path:
        """Who keeps this world and how to reach it; readable by its owner only."""
        return self.folder / "keeper.json"

    @property
    def events(self) -> Path:
        return self.folder / "events.jsonl"

    @property
    def laps(self) -> Path:
        return self.folder / "laps"

    def lap(self, number: int) -> Path:
        """Return the evidence folder of one lap."""
        return self.laps / str(number)

    def load(self) -> "WorldSpec":
        """Return the world's spec. Raises `OSError` and `pydantic.ValidationError`."""
        from simulator.keeper.spec import WorldSpec

        return WorldSpec.model_validate_json(self.spec.read_bytes())
