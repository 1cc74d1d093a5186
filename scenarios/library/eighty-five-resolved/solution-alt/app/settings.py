"""Settings: `config/bot.yaml`, and what the platform tells us by environment variables."""

import os
from pathlib import Path

import yaml
from pydantic import BaseModel

ROOT = Path(__file__).parent.parent


class Prices(BaseModel):
    """What Raj reckons with."""

    case: float
    lost: float

    @property
    def even(self) -> float:
        """The chance at which the bot costs as much as an agent."""
        return 1 - self.case / self.lost


class DeskSettings(BaseModel):
    """How the floor works."""

    minutes: float
    """Of a case."""
    fill: float
    """Part of the seats that we plan for."""
    words: list[str]
    """Customers who use one of these ask for a person."""


class Settings(BaseModel):
    """All settings of the bot."""

    log_level: str = "INFO"
    model: str
    prices: Prices
    desk: DeskSettings
    articles: dict[str, str]
    answers: dict[str, str]
    """What the editors wrote on each topic."""
    llm_url: str
    llm_api_key: str
    orders_url: str
    desk_url: str
    clock_url: str


def load() -> Settings:
    """Read the settings; raises `KeyError` when the platform does not say where our neighbours are."""
    config = yaml.safe_load((ROOT / "config" / "bot.yaml").read_text(encoding="utf-8"))
    names = ("llm_url", "llm_api_key", "orders_url", "desk_url", "clock_url")
    return Settings(**config, **{name: os.environ[name.upper()] for name in names})
