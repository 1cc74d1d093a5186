"""The HTTP side: `POST /lines` and `GET /health`."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app import log, settings
from app.clock import Clock
from app.scans.loader import Intake
from app.scans.shelf import Shelf
from app.scans.store import Store
from app.schemas import Advice, Line
from app.slotting import Slotter, UnknownFace
from app.wms import Wms
from fastapi import FastAPI, HTTPException, Request

logger = logging.getLogger("slotter.http")


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Everything that lives as long as the service."""
    config = settings.load()
    log.setup(config.log_level)
    clock, wms, store, shelf = Clock(config.clock_url), Wms(config.wms_url), Store(config.wms_url), Shelf()
    slotter, intake = Slotter(config, wms, clock, shelf), Intake(config, store, shelf)
    app.state.slotter = slotter

    async def load() -> None:
        await clock.started()
        await intake.run()

    tasks = [asyncio.create_task(work) for work in (clock.run(), load(), slotter.train())]
    logger.info(log.fields("started", model=config.model))
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for one in (store, clock):
        await one.close()


app = FastAPI(title="Slotter", lifespan=lifespan)


@app.get("/health")
async def health() -> dict[str, str]:
    """The process is up."""
    return {"status": "ok"}


@app.post("/lines")
async def lines(line: Line, request: Request) -> Advice:
    """Whether to walk or to have the face filled up."""
    slotter: Slotter = request.app.state.slotter
    try:
        return await slotter.advise(line)
    except UnknownFace as error:
        raise HTTPException(422, str(error)) from error
