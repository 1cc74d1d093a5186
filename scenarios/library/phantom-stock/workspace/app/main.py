"""The HTTP side: `POST /lines` and `GET /health`."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
from fastapi import FastAPI, HTTPException, Request

from app import log, settings
from app.clock import Clock
from app.scans.loader import Loader
from app.schemas import Advice, Line
from app.slotting import Slotter, UnknownFace
from app.wms import Wms

logger = logging.getLogger("slotter.http")


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Everything that lives as long as the service."""
    config = settings.load()
    log.setup(config.log_level)
    clock, wms, books = Clock(config.clock_url), Wms(config.wms_url), Wms(config.wms_url)
    slotter, loader = Slotter(config, wms, clock), Loader(config, books)
    app.state.slotter = slotter

    async def load() -> None:
        await clock.started()
        await loader.run()

    tasks = [asyncio.create_task(work) for work in (clock.run(), load(), slotter.train())]
    logger.info(log.fields("started", model=config.model))
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for one in (wms, books, clock):
        await one.close()


app = FastAPI(title="Slotter", lifespan=lifespan)


@app.get("/health")
async def health() -> dict[str, str]:
    """The process is up."""
    return {"status": "ok"}


@app.post("/lines")
async def lines(line: Line, request: Request) -> Advice:
    """Whether to walk or to have the face filled up; 503 when the WMS does not answer."""
    slotter: Slotter = request.app.state.slotter
    try:
        return await slotter.advise(line)
    except UnknownFace as error:
        raise HTTPException(422, str(error)) from error
    except psycopg.Error as error:
        logger.error(log.fields("not advised", line=line.line_id, error=type(error).__name__))
        raise HTTPException(503, "the WMS does not answer") from error
