"""Is it there, or does the face have to be filled up first?"""

import asyncio
import logging

from app.clock import Clock
from app.log import fields
from app.model import MODELS, Model
from app.schemas import Advice, Line
from app.settings import Settings
from app.wms import STOCK, Wms

log = logging.getLogger("slotter.lines")


class UnknownFace(Exception):
    """There is no such pick face."""


class Slotter:
    """Knows the stock from the WMS, and asks the model how long it will last."""

    def __init__(self, settings: Settings, wms: Wms, clock: Clock) -> None:
        self._settings = settings
        self._wms = wms
        self._clock = clock
        self._model: Model | None = None
        self._velocity: dict[str, str] = {}

    async def train(self) -> None:
        """Learn from the last four weeks; a second, once a shift."""
        model = await asyncio.to_thread(MODELS[self._settings.model])
        await self._clock.started()
        history = await self._wms.rows("SELECT hour, velocity, last_2h, next_2h FROM wms.demand ORDER BY id")
        self._velocity = dict(await self._wms.rows("SELECT sku, velocity FROM wms.skus"))
        await asyncio.to_thread(model.fit, history)
        self._model = model
        log.info(fields("model trained", model=self._settings.model, rows=len(history)))

    async def advise(self, line: Line) -> Advice:
        """Raises `UnknownFace`, and `psycopg.Error` when the WMS cannot be asked."""
        asked = {"site": line.site, "sku": line.sku, "now": self._clock.now()}
        rows = await self._wms.rows(STOCK, asked)
        if not rows:
            raise UnknownFace(f"{line.sku} has no face in {line.site}")
        on_hand, last_2h = max(float(rows[0][0]), 0.0), float(rows[0][1])
        forecast = self._forecast(line, last_2h)
        enough = on_hand >= line.quantity + self._settings.cover * forecast
        action = "pick" if enough else "replenish"
        log.info(
            fields(
                "advised", line=line.line_id, site=line.site, sku=line.sku, quantity=line.quantity,
                on_hand=f"{on_hand:g}", last_2h=f"{last_2h:g}", forecast=f"{forecast:.0f}", action=action,
            )
        )  # fmt: skip
        return Advice(line_id=line.line_id, action=action, on_hand=on_hand, forecast=round(forecast, 1))

    def _forecast(self, line: Line, last_2h: float) -> float:
        if self._model is None:
            return last_2h
        return self._model.forecast(line.asked_at.hour, self._velocity.get(line.sku, "C"), last_2h)
