"""Settings: `config/service.yaml`, and what the platform tells us by environment variables."""

import os
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel

CONFIG = Path(__file__).parent.parent / "config"


class Source(BaseModel):
    """How one site's scanners write."""

    delimiter: str
    encodings: list[str]
    """The first that fits a line is its own."""
    dates: str
    zone: str


class Settings(BaseModel):
    """All settings of the service."""

    log_level: str = "INFO"
    folder: str
    """Of the drop, where the scanners' files are."""
    poll_seconds: float
    model: Literal["v1", "v2"]
    cover: float
    """How much of the forecast must be left in a face after the pick."""
    sources: dict[str, Source]
    """By site."""
    drop_url: str
    drop_host_key: str
    wms_url: str
    clock_url: str


def load() -> Settings:
    """Read the settings; raises `KeyError` when the platform does not say where things are."""
    config = yaml.safe_load((CONFIG / "service.yaml").read_text(encoding="utf-8"))
    names = ("drop_url", "drop_host_key", "wms_url", "clock_url")
    return Settings(**config, **{name: os.environ[name.upper()] for name in names})
