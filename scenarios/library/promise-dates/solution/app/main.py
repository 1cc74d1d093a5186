"""The HTTP side: `POST /orders` and `GET /health`."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, HTTPException, Request

from app import log, settings
from app.clock import Clock
from app.erp.adapter import ErpAdapter
from app.outbox import Outbox
from app.promising import Promiser
from app.schemas import Order, Promise
from app.stock import NothingKnown, Stock

logger = logging.getLogger("promise.http")


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Everything that lives as long as the service."""
    config = settings.load()
    log.setup(config.log_level)
    clock = Clock(config.clock_url)
    erp = ErpAdapter(config.erp_url, config.erp)
    stock = Stock(erp, clock, config.articles, config.stock)
    outbox = Outbox(erp, clock, config.outbox)
    app.state.articles = config.articles
    app.state.promiser = Promiser(stock, outbox)
    work = [asyncio.create_task(job) for job in (clock.run(), stock.run(), outbox.run())]
    logger.info(log.fields("started", erp=config.erp_url, articles=len(config.articles)))
    yield
    for task in work:
        task.cancel()
    await asyncio.gather(*work, return_exceptions=True)
    await outbox.close()
    await erp.close()
    await clock.close()


app = FastAPI(title="Promise API", lifespan=lifespan)


@app.get("/health")
async def health() -> dict[str, str]:
    """The process is up."""
    return {"status": "ok"}


@app.post("/orders")
async def orders(order: Order, request: Request) -> Promise:
    """A delivery date for an order; 503 when there is none."""
    if order.article not in request.app.state.articles:
        raise HTTPException(422, f"we do not sell {order.article}")
    promiser: Promiser = request.app.state.promiser
    try:
        return await promiser.promise(order)
    except NothingKnown as error:
        logger.error(log.fields("not promised", order=order.order_id))
        raise HTTPException(503, "no delivery date at the moment") from error
