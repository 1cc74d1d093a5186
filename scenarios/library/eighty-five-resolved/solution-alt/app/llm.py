"""The language model. It is asked for what can be said again, not for every customer."""

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
TIMEOUT = aiohttp.ClientTimeout(total=0.7)
PAUSE = 0.5
"""Seconds without a call after a failure that tells no time."""
FRESH = 0.8
"""Seconds for which an answer is good: editors change pages, and nobody tells us."""
STAND_IN = "HX-00000"
"""The order in whose place each customer's own is put."""


class Phrasebook:
    """Answers by topic, each written by the model for a while; only the order differs from customer to customer."""

    def __init__(self, settings: Settings, http: aiohttp.ClientSession) -> None:
        self._settings = settings
        self._http = http
        self._known: dict[str, str] = {}
        self._fresh_until: dict[str, float] = {}
        self._open = asyncio.Lock()
        self._rests_until = 0.0

    def answer(self, topic: str, order: str) -> str:
        """The model's words if we have them, else the editors'; the model is asked meanwhile."""
        text = self._known.get(topic)
        if text is None:
            return self._settings.answers[topic].format(order=order)
        return text.replace(STAND_IN, order)

    async def write(self, topic: str) -> None:
        """Have one answer written, one at a time; nothing is tried that was refused just now."""
        now = time.monotonic()
        if self._fresh_until.get(topic, 0.0) > now or self._open.locked() or now < self._rests_until:
            return
        async with self._open:
            try:
                await self._ask(topic)
            except (aiohttp.ClientError, asyncio.TimeoutError) as error:
                self._rests_until = time.monotonic() + PAUSE
                logger.warning(log.fields("not written", topic=topic, error=type(error).__name__))

    async def _ask(self, topic: str) -> None:
        article = self._settings.articles[topic]
        body = {
            "model": self._settings.model,
            "max_tokens": 120,
            "messages": [
                {"role": "system", "content": SYSTEM.format(topic=topic, article=article)},
                {"role": "user", "content": f"Facts: Order {STAND_IN} is the customer's."},
            ],
        }
        headers = {"Authorization": f"Bearer {self._settings.llm_api_key}"}
        url = f"{self._settings.llm_url}/v1/chat/completions"
        async with self._http.post(url, json=body, headers=headers, timeout=TIMEOUT) as answer:
            if answer.status == 200:
                self._known[topic] = str((await answer.json())["choices"][0]["message"]["content"])
                self._fresh_until[topic] = time.monotonic() + FRESH
                return
            told = answer.headers.get("retry-after", "")
            self._rests_until = time.monotonic() + (float(told) if told.replace(".", "").isdigit() else PAUSE) + 0.05
            logger.info(log.fields("model refused", status=answer.status, rests=told or None))
