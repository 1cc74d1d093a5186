"""Settings: `config/service.yaml`, and what the platform tells us by environment variables."""

import csv
import os
from pathlib import Path

import yaml
from pydantic import BaseModel

CONFIG = Path(__file__).parent.parent / "config"


class ErpSettings(BaseModel):
    """How to talk to the ERP."""

    user: str
    password: str
    timeout_seconds: float
    retries: int
    """How often a call is repeated after its first attempt."""
    max_connections: int


class Settings(BaseModel):
    """All settings of the service."""

    log_level: str = "INFO"
    erp: ErpSettings
    erp_url: str
    articles: frozenset[str]
    """Articles that the shop sells."""


def load() -> Settings:
    """Read the settings; raises `KeyError` when the platform does not say where the ERP is."""
    config = yaml.safe_load((CONFIG / "service.yaml").read_text(encoding="utf-8"))
    with (CONFIG / "articles.csv").open(newline="", encoding="utf-8") as file:
        articles = frozenset(row["article"] for row in csv.DictReader(file))
    return Settings(**config, erp_url=os.environ["ERP_URL"], articles=articles)
