"""Delays and rates that faults were asked for, and what arrives: measured from outside, over one link.

A delay is compared with what the seed deals to that very request, so what remains is what the link and the machine add.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from simulator.faults.effects import Delay
from simulator.field.fault_injection import ActiveFault
from tests.conftest import Figure
from tests.functional.field.conftest import Bench, Web, request, response

AT_ONCE, EACH = 10, 20


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    made = Bench(tmp_path)
    yield made
    await made.close()


def quantile(values: list[float], share: float) -> float:
    return sorted(values)[int(share * len(values))]


async def _delays(bench: Bench, latency: dict[str, str]) -> tuple[list[float], list[float]]:
    """Seconds asked for, and seconds that the requests took; a request's card is the number of its arrival."""
    bench.arm({"latency": latency})
    armed: ActiveFault = bench.armed[-1]
    asked = [armed.effect(number).get(Delay).seconds for number in range(AT_ONCE * EACH)]

    async def requests(number: int) -> list[float]:
        await asyncio.sleep(number * 0.003)  # not all at the same time
        reader, writer = await bench.dial()
        took = []
        for _ in range(EACH):
            began = time.monotonic()
            writer.write(request("/"))
            await response(reader)
            took.append(time.monotonic() - began)
        return took

    return asked, [
        took for each in await asyncio.gather(*(requests(number) for number in range(AT_ONCE))) for took in each
    ]


@pytest.mark.parametrize(
    "latency",
    [
        {"fixed": "10ms"},
        {"fixed": "100ms"},
        {"fixed": "100ms", "jitter": "50ms"},
        {"from": "20ms", "to": "200ms"},
        {"median": "50ms", "p99": "200ms"},
        {"median": "20ms", "p99": "200ms", "tail": "pareto"},
    ],
    ids=lambda latency: " ".join(f"{name} {value}" for name, value in latency.items()),
)
async def test_delays(bench: Bench, latency: dict[str, str], figure: Figure) -> None:
    await bench.open("http", Web())
    asked, took = await _delays(bench, latency)
    name = " ".join(f"{word} {value}" for word, value in latency.items())
    for share in (0.5, 0.9, 0.99):
        wanted, got = quantile(asked, share), quantile(took, share)
        figure(f"latency {name}: p{share * 100:g}", got * 1e3, "ms", asked=round(wanted * 1e3, 1))
        assert got >= wanted * 0.999


@pytest.mark.parametrize(("rate", "size"), [("16k", 16_000), ("256k", 200_000), ("4m", 4_000_000), ("64m", 40_000_000)])
async def test_rates(bench: Bench, rate: str, size: int, figure: Figure) -> None:
    data = os.urandom(size)

    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(data)
        writer.write_eof()
        await reader.read()

    await bench.open("tcp", pour)
    bench.arm({"bandwidth": rate})
    reader, writer = await bench.dial()
    began = time.monotonic()
    writer.write(b"go\n")
    assert len(await reader.read()) == size
    got = size / (time.monotonic() - began)
    wanted = bench.armed[-1].params.per_second
    figure(f"bandwidth {rate}/s", got / 1024, "KiB/s", asked=wanted / 1024, ratio=round(got / wanted, 3))
    assert got <= wanted * 1.05
