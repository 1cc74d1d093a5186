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


class HandoverSettings(BaseModel):
    """When an agent takes over."""

    confidence_below: float
    """Chats whose topic is less sure than this go to the service desk."""
    words: list[str]
    """Customers who use one of these ask for a person."""


class Settings(BaseModel):
    """All settings of the bot."""

    log_level: str = "INFO"
    llm: LlmSettings
    handover: HandoverSettings
    articles: dict[str, str]
    """The help article of each topic."""
    llm_url: str
    llm_api_key: str
    orders_url: str
    desk_url: str


def load() -> Settings:
    """Read the settings; raises `KeyError` when the platform does not say where our neighbours are."""
    config = yaml.safe_load((ROOT / "config" / "bot.yaml").read_text(encoding="utf-8"))
    urls = {name: os.environ[name.upper()] for name in ("llm_url", "llm_api_key", "orders_url", "desk_url")}
    return Settings(**config, **urls)
