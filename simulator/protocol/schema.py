"""The protocol's JSON Schemas, generated from the models (JSON Schema 2020-12)."""

from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import models_json_schema

from simulator.protocol import control
from simulator.protocol.base import Model
from simulator.protocol.events import AnyEvent
from simulator.protocol.live import AnyLiveMessage, FieldLive

DIALECT = "https://json-schema.org/draft/2020-12/schema"
CONTROL: tuple[type[Model], ...] = (
    control.KeeperAddress, control.RedeployRequest, control.JumpRequest, control.Holder, control.Stopping,
    control.WorldStatus, control.LapRequest, control.LapBegun, control.Readiness, control.FieldState, FieldLive,
)  # fmt: skip
"""Bodies and answers of the control calls."""


def events() -> dict[str, Any]:
    """Return the schema of a line of `events.jsonl`."""
    return {"$schema": DIALECT, "title": "An event of a world", **_written(AnyEvent)}


def live() -> dict[str, Any]:
    """Return the schema of a line of the live stream."""
    return {"$schema": DIALECT, "title": "A message of a world's live stream", **_written(AnyLiveMessage)}


def calls() -> dict[str, Any]:
    """Return the schemas of what control calls carry, by name, under `$defs`."""
    found = models_json_schema([(model, "serialization") for model in CONTROL])[1]
    return {"$schema": DIALECT, "title": "Bodies and answers of the control calls", **found}


def _written(union: Any) -> dict[str, Any]:
    return TypeAdapter[Any](union).json_schema(mode="serialization")


ALL = {"events": events, "live": live, "control": calls}
"""What can be asked for, by name."""
