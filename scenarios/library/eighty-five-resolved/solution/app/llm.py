"""The language model, which puts an article into words for one customer."""

import asyncio
import logging
import time

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
    """One client for all chats. When the model says "later", nobody asks before that."""

    def __init__(self, settings: Settings, http: aiohttp.ClientSession) -> None:
        self._settings = settings.llm
        self._http = http
        self._url = f"{settings.llm_url}/v1/chat/completions"
        self._headers = {"Authorization": f"Bearer {settings.llm_api_key}"}
        self._not_before = 0.0

    async def answer(self, chat: str, topic: str, article: str, text: str, facts: str) -> str:
        """The article in words. Raises `NoAnswer` when there is none within the customer's patience."""
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
            await self._wait()
            try:
                async with self._http.post(self._url, json=body, headers=self._headers, timeout=timeout) as answer:
                    if answer.status == 200:
                        return str((await answer.json())["choices"][0]["message"]["content"])
                    self._refused(chat, answer, attempt)
            except (aiohttp.ClientError, asyncio.TimeoutError) as error:
                logger.warning(log.fields("model failed", chat=chat, error=type(error).__name__, attempt=attempt))
                break
        raise NoAnswer("the model has no answer")

    async def _wait(self) -> None:
        pause = self._not_before - time.monotonic()
        if pause > self._settings.patience_seconds:
            raise NoAnswer("the model wants to be left alone")
        if pause > 0:
            await asyncio.sleep(pause)

    def _refused(self, chat: str, answer: aiohttp.ClientResponse, attempt: int) -> None:
        try:
            pause = float(answer.headers.get("retry-after", "0.2"))
        except ValueError:
            pause = 1.0
        # A little later than told: many wait for the same moment.
        self._not_before = max(self._not_before, time.monotonic() + pause * 1.05 + 0.01)
        logger.info(log.fields("model refused", chat=chat, status=answer.status, attempt=attempt, pause=pause))
