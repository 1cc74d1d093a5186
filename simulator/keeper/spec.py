"""What a world is to be."""

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from scenarios.draws import Template


class WorldSpec(BaseModel):
    """`world.json`: written by whoever wants a world, read by its keeper."""

    model_config = ConfigDict(defer_build=True)

    session: str
    scenario: Template
    scenario_folder: str
    scenario_hash: str
    calibration: dict[str, Any] | None = None
    snapshot: str
    """Folder with the deployment's files; the world owns it."""
    runtime: Literal["auto", "docker", "local", "box"] = "auto"
    laps: int | None = None
    """How many laps to run; left out: until told to stop."""
    seed: int
    """Of an exam's lap; in a practice world each lap has one of its own, and this one decides who the customer is."""
    secret: bool = False
    """Whether the seed stays out of what learners and CI are shown."""
    exam: bool = False
    transcript: bool = False
    """Whether its laps keep every answer and the site's final state, to be played again without a world."""
    use: str | None = None
    """Which of the scenario's own deployments this is, when it is one."""

    @property
    def site_files(self) -> Path | None:
        """Folder with what the scenario ships for its parts; None when it ships nothing."""
        folder = Path(self.scenario_folder) / "site"
        return folder if folder.is_dir() else None
