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
    sessions: int
    """Sessions that we may have open at once."""
    read_timeout_seconds: float
    write_timeout_seconds: float
    probe_seconds: float
    """How often to look whether a closed ERP is open again."""


class StockSettings(BaseModel):
    """How old a stock level may be, in simulated time, and how often to look, in ours."""

    refresh_seconds: float
    batch: int
    """Articles that one bulk read may ask for."""
    fresh: timedelta
    """Up to this age a level needs no flag."""
    limit: timedelta
    """Beyond this age it promises nothing any more."""


class OutboxSettings(BaseModel):
    """How purchase orders get to the ERP."""

    workers: int
    file_seconds: float
    """How often to deliver a file, once the ERP takes orders by file only."""


class Settings(BaseModel):
    """All settings of the service."""

    log_level: str = "INFO"
    erp: ErpSettings
    stock: StockSettings
    outbox: OutboxSettings
    erp_url: str
    clock_url: str
    articles: frozenset[str]
    """Articles that the shop sells."""


def load() -> Settings:
    """Read the settings; raises `KeyError` when the platform does not say where ERP and clock are."""
    config = yaml.safe_load((CONFIG / "service.yaml").read_text(encoding="utf-8"))
    with (CONFIG / "articles.csv").open(newline="", encoding="utf-8") as file:
        articles = frozenset(row["article"] for row in csv.DictReader(file))
    urls = {"erp_url": os.environ["ERP_URL"], "clock_url": os.environ["CLOCK_URL"]}
    return Settings(**config, **urls, articles=articles)
