"""A resource's records at the beginning of a lap: the scenario's, or a dataset's rows as they are delivered."""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from simulator.parts.rest_api.params import Resource
from simulator.parts.rest_api.store import Record


def begin(resource: Resource, data: Mapping[str, Any]) -> tuple[str, list[Record]]:
    """Return the name of the key, and the records. Raises `KeyError` when there is no such dataset."""
    if resource.data is None:
        return resource.key or "id", [dict(record) for record in resource.records]
    dataset = data[resource.data]
    key = resource.key or dataset.key
    rows = ({name: _plain(value) for name, value in row.items()} for row in dataset.records())
    return key, list({str(row[key]): row for row in rows if row.get(key) is not None}.values())


def _plain(value: Any) -> Any:
    """Return the value as JSON has it."""
    if isinstance(value, datetime):
        return value.isoformat()
    return None if isinstance(value, float) and not math.isfinite(value) else value
