"""Something in between answers with an HTTP error; the target never sees the request."""

from random import Random
from typing import Any

from pydantic import Field, model_validator

from simulator.faults.base import Blow, FaultKind, FaultParams, Reply


class Abort(FaultParams):
    """`abort: 503` is short for `{status: 503}`."""

    status: int = Field(default=503, ge=400, le=599)
    body: str = ""
    media: str = "text/plain; charset=utf-8"
    """Content-Type of the body."""

    @model_validator(mode="before")
    @classmethod
    def _plain_status(cls, value: Any) -> Any:
        return {"status": value} if isinstance(value, str | int) else value


def _blow(params: Abort, _rng: Random) -> Blow:
    return Blow("request", ending=Reply(params.status, params.body.encode(), params.media))


ABORT = FaultKind("abort", Abort, frozenset({"http"}), _blow)
