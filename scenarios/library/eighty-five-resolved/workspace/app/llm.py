"""The language model, which puts an article into words for one customer."""

import asyncio
import logging

import aiohttp

from app import log
from app.settings import Settings

logger = logging.getLogger("bot.llm")

SYSTEM = """\
You are the friendly assistant of Passo, a shop for shoes and household goods.
Answer in two sentences. Use only the article and the facts. Be warm, apologise where it fits.
Topic: {topic}
Article: {article}
"""


class NoAnswer(Exception):
    """The model did not answer."""


class Llm:
    """One client for all chats."""

    def __init__(self, settings: Settings, http: aiohttp.ClientSession) -> None:
        self._settings = settings.llm
        self._http = http
        self._url = f"{settings.llm_url}/v1/chat/completions"
        self._headers = {"Authorization": f"Bearer {settings.llm_api_key}"}

    async def answer(self, chat: str, topic: str, article: str, text: str, facts: str) -> str:
        """The article in words; tries again when that fails. Raises `NoAnswer`."""
        body = {
            "model": self._settings.model,
            "max_tokens": 120,
            "messages": [
                {"role": "system", "content": SYSTEM.format(topic=topic, article=article)},
                {"role": "user", "content": f"{text}\n\nFacts: {facts}"},
            ],
        }
        timeout = aiohttp.ClientTimeout(total=self._settings.timeout_seconds)
        for attempt in range(1, self._settings.attempts + 1):
            try:
                async with self._http.post(self._url, json=body, headers=self._headers, timeout=timeout) as answer:
                    answer.raise_for_status()
                    return str((await answer.json())["choices"][0]["message"]["content"])
            except aiohttp.ClientResponseError as error:
                logger.warning(log.fields("model refused", chat=chat, status=error.status, attempt=attempt))
            except (aiohttp.ClientError, asyncio.TimeoutError) as error:
                logger.warning(log.fields("model failed", chat=chat, error=type(error).__name__, attempt=attempt))
        raise NoAnswer(f"no answer after {self._settings.attempts} attempts")
