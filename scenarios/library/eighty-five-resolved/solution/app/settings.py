"""Settings: `config/bot.yaml`, and what the platform tells us by environment variables."""

import os
from pathlib import Path

import yaml
from pydantic import BaseModel

ROOT = Path(__file__).parent.parent


class LlmSettings(BaseModel):
    """How to talk to the language model."""

    model: str
    timeout_seconds: float
    attempts: int
    patience_seconds: float
    """How long a customer may wait for a refused call to become possible again."""


class HandoverSettings(BaseModel):
    """What a chat is worth, and how full the floor may get."""

    case: float
    """Euros of an agent."""
    loss: float
    """Euros of a customer who was not helped."""
    rescue: float
    """Chance that an agent can help after one answer that did not."""
    eager_until: float
    """Share of the seats up to which money alone decides."""
    closed_from: float
    """Share of the seats, the queue counted, from which hardly anybody is handed over."""
    words: list[str]
    """Customers who use one of these ask for a person."""


class Settings(BaseModel):
    """All settings of the bot."""

    log_level: str = "INFO"
    llm: LlmSettings
    handover: HandoverSettings
    articles: dict[str, str]
    """The help article of each topic."""
    texts: dict[str, str]
    """What is said of each topic when the model cannot be asked."""
    llm_url: str
    llm_api_key: str
    orders_url: str
    desk_url: str


def load() -> Settings:
    """Read the settings; raises `KeyError` when the platform does not say where our neighbours are."""
    config = yaml.safe_load((ROOT / "config" / "bot.yaml").read_text(encoding="utf-8"))
    urls = {name: os.environ[name.upper()] for name in ("llm_url", "llm_api_key", "orders_url", "desk_url")}
    return Settings(**config, **urls)
