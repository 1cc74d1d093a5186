"""POST /applications: a credit decision while the applicant waits."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
from fastapi import FastAPI, HTTPException, Request

from app import settings
from app.log import fields, setup
from app.policy import decide
from app.schemas import Application, Decision
from app.scorecard import Scorecard
from app.store import Store

log = logging.getLogger("scoring")

FIRST = "scorecard-2024-12"
LOOK_SECONDS = 0.5


async def refresh(app: FastAPI) -> None:
    """Whatever was registered last decides."""
    champion = await app.state.store.champion()
    if champion.name != app.state.champion.name:
        log.info(fields("champion changed", model=champion.name, was=app.state.champion.name))
        app.state.champion = champion


async def follow(app: FastAPI) -> None:
    """Keep up with the registry."""
    while True:
        try:
            await refresh(app)
        except (psycopg.Error, KeyError, ValueError) as error:
            log.warning(fields("champion not read", why=type(error).__name__))
        await asyncio.sleep(LOOK_SECONDS)


@contextlib.asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """The model that we were delivered with decides until the database names another."""
    setup()
    app.state.settings = settings.load()
    app.state.store = Store(app.state.settings.db_url)
    app.state.champion = Scorecard.of(FIRST, {"file": str(Path("models") / f"{FIRST}.json")})
    follower = asyncio.create_task(follow(app))
    yield
    follower.cancel()
    await app.state.store.close()


app = FastAPI(lifespan=lifespan)


@app.get("/health")
async def health() -> dict[str, str]:
    """We are up."""
    return {"status": "ok", "model": app.state.champion.name}


@app.post("/applications")
async def apply(application: Application, request: Request) -> Decision:
    """Decide, put it on record, answer."""
    champion: Scorecard = request.app.state.champion
    probability = champion.score(application.model_dump())
    decision = Decision(
        application_id=application.application_id,
        decision=decide(probability, request.app.state.settings.cut_off),
        probability=round(probability, 6),
        model=champion.name,
    )
    try:
        await request.app.state.store.record(decision)
    except psycopg.Error as error:
        log.error(fields("decision not recorded", application=application.application_id, why=type(error).__name__))
        raise HTTPException(503, "the core system does not take decisions") from error
    return decision
