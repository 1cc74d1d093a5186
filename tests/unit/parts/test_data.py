"""What a part finds in `Lap.data`."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from scenarios.model import DatasetSpec
from scenarios.vocabulary import Params
from simulator.clock import Span, Timeline
from simulator.dirt import Datasets
from simulator.parts import host
from simulator.parts.base import Lap, PartKind
from simulator.parts.config import HostConfig
from simulator.plan import Listen

SPEC = DatasetSpec.model_validate(
    {"rows": 20, "columns": {"id": {"sequence": {}}, "city": {"fake": "city"}, "at": {"time": {"spans": "1d"}}}}
)
STARTS = datetime(2026, 5, 4, 6)
NOWHERE = Listen(host="127.0.0.1", port=0)
DAY = Timeline((Span("all", 0.0, 10.0, STARTS, 1.0, graded=True, shift=False),))


class Looker:
    """A part that keeps its laps."""

    laps: list[Lap]

    def __init__(self) -> None:
        self.laps = []

    async def begin(self, lap: Lap) -> None:
        self.laps.append(lap)

    async def configure(self, params: Any) -> None: ...
    async def start(self, host: str, port: int) -> None: ...
    async def stop(self) -> None: ...
    async def settle(self) -> Mapping[str, Any]:
        return {}


async def test_parts_have_the_lap_s_data_prepared_or_not(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    part = Looker()
    kind = PartKind("looker", Params, lambda _name, _params: part, "http")
    monkeypatch.setattr(host, "PARTS", {"looker": kind})
    hosted = {"name": "it", "part": "looker", "params": {}, "listen": NOWHERE}
    config = HostConfig(
        name="site", parts=[hosted], control=NOWHERE, token="t", evidence=str(tmp_path),
        datasets={"people": SPEC}, starts=STARTS,
    )  # fmt: skip
    site = host.Host(config)
    for number, seed in enumerate((4, 4, 5)):
        if number == 0:
            await site.prepare(seed, config.datasets)
        (tmp_path / str(number)).mkdir()
        await site.begin(number, seed, 0.0, DAY)
    await site.stop()
    as_the_field_has_it = Datasets({"people": SPEC}, 4, STARTS)["people"]
    found = [list(lap.data["people"].records()) for lap in part.laps]
    assert found[0] == found[1] == list(as_the_field_has_it.records())
    assert found[2] != found[0]
    assert all(record["at"] >= STARTS for record in found[0])
