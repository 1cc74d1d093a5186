"""Settings: `config/service.yaml`, and what the platform tells us by environment variables."""

import csv
import os
from datetime import timedelta
from pathlib import Path

import yaml
from pydantic import BaseModel

CONFIG = Path(__file__).parent.parent / "config"


class ErpSettings(BaseModel):
    """How to talk to the ERP."""

    user: str
    password: str
    timeout_seconds: float


class ClerkSettings(BaseModel):
    """How the clerk goes about the day."""

    round_seconds: float
    batch: int
    """Articles that one bulk read may ask for."""


class PromiseSettings(BaseModel):
    """What sales agreed to."""

    fresh: timedelta
    """Up to this age a stock level needs no flag."""
    limit: timedelta
    """Beyond this age it promises nothing any more."""


class Settings(BaseModel):
    """All settings of the service."""

    log_level: str = "INFO"
    erp: ErpSettings
    clerk: ClerkSettings
    promise: PromiseSettings
    erp_url: str
    articles: list[str]
    """Articles that the shop sells."""


def load() -> Settings:
    """Read the settings; raises `KeyError` when the platform does not say where the ERP is."""
    config = yaml.safe_load((CONFIG / "service.yaml").read_text(encoding="utf-8"))
    with (CONFIG / "articles.csv").open(newline="", encoding="utf-8") as file:
        articles = [row["article"] for row in csv.DictReader(file)]
    return Settings(**config, erp_url=os.environ["ERP_URL"], articles=articles)
