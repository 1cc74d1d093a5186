"""The HTTP side: `POST /chats/{chat}/messages`, `GET /report` and `GET /health`."""

import asyncio
import json
import logging
import os
from collections.abc import AsyncIterator

import aiohttp
from aiohttp import web

from app import log, settings
from app.cases import Cases
from app.clock import Clock
from app.desk import Desk
from app.dialogue import Dialogue
from app.llm import Phrasebook
from app.orders import Orders
from app.report import report
from app.schemas import Message

logger = logging.getLogger("bot.http")

DIALOGUE = web.AppKey("dialogue", Dialogue)


async def neighbours(app: web.Application) -> AsyncIterator[None]:
    """Everything that lives as long as the service."""
    config = settings.load()
    log.setup(config.log_level)
    async with aiohttp.ClientSession() as http:
        clock = Clock(config, http)
        neighbourhood = clock, Phrasebook(config, http), Orders(config, http), Desk(config, http)
        app[DIALOGUE] = Dialogue(config, Cases(), *neighbourhood)
        ticking = asyncio.create_task(clock.run())
        logger.info(log.fields("started", model=config.model, even=config.prices.even))
        yield
        ticking.cancel()


async def health(_request: web.Request) -> web.Response:
    """The process is up."""
    return web.json_response({"status": "ok"})


async def messages(request: web.Request) -> web.Response:
    """The bot's answer to a message."""
    try:
        message = Message.read(json.loads(await request.read()))
    except (ValueError, KeyError, TypeError) as error:
        raise web.HTTPUnprocessableEntity(text=f"no message: {error!r}") from error
    answer = await request.app[DIALOGUE].answer(message)
    return web.json_response(answer.to_json())


async def resolution(request: web.Request) -> web.Response:
    """How the bot does today, for the dashboard."""
    dialogue = request.app[DIALOGUE]
    return web.json_response(report(dialogue.chats.values(), dialogue.cases).to_json())


def application() -> web.Application:
    """The service."""
    app = web.Application()
    app.cleanup_ctx.append(neighbours)
    app.router.add_get("/health", health)
    app.router.add_post("/chats/{chat}/messages", messages)
    app.router.add_get("/report", resolution)
    return app


if __name__ == "__main__":
    web.run_app(application(), host=os.environ["HOST"], port=int(os.environ["PORT"]), access_log=None, print=None)
