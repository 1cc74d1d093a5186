"""The HTTP side: `POST /orders` and `GET /health`."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, HTTPException, Request

from app import log, settings
from app.clerk import Clerk
from app.erp.adapter import ErpAdapter
from app.journal import Journal
from app.promising import NothingKnown, Promiser
from app.schemas import Order, Promise

logger = logging.getLogger("promise.http")


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Everything that lives as long as the service."""
    config = settings.load()
    log.setup(config.log_level)
    erp, journal = ErpAdapter(config), Journal()
    clerk = Clerk(erp, journal, config.articles, config.clerk)
    app.state.articles = set(config.articles)
    app.state.promiser = Promiser(clerk, journal, config.promise)
    work = asyncio.create_task(clerk.run())
    logger.info(log.fields("started", erp=config.erp_url, articles=len(config.articles)))
    yield
    work.cancel()
    await asyncio.wait([work])
    await clerk.close()
    await erp.close()


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
