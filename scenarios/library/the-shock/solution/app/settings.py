"""Settings: `config/service.yaml`, and what the platform says in the environment."""

import os
from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Settings:
    """Read once at the start."""

    db_url: str
    clock_url: str
    cut_off: float
    """Applications below this probability of default are approved."""
    interim_cut_off: float
    """The same between an alarm and the first model after it."""
    drift_share: float
    """Share of features that must have drifted for RED."""
    significance: float
    psi_limit: float


def load(path: Path = Path("config/service.yaml")) -> Settings:
    """The settings of this deployment."""
    said = yaml.safe_load(path.read_text("utf-8"))
    return Settings(
        db_url=os.environ.get("DB_URL", "postgresql://localhost/kestrel"),
        clock_url=os.environ.get("CLOCK_URL", "http://localhost:8099"),
        cut_off=float(said["policy"]["cut_off"]),
        interim_cut_off=float(said["policy"]["interim_cut_off"]),
        drift_share=float(said["monitor"]["drift_share"]),
        significance=float(said["monitor"]["significance"]),
        psi_limit=float(said["monitor"]["psi_limit"]),
    )
