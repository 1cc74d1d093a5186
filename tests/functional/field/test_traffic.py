"""Open-loop traffic against a real target: nothing that stalls can hide what was due meanwhile."""

import asyncio
import errno
import json
import socket
from pathlib import Path
from typing import Any, Literal

import pytest

from simulator.field.traffic import Stream, Traffic
from simulator.workloads.base import Intent, Judgement, Reply
from tests.functional.field.conftest import Bench, Handler, Web


class Asks:
    """A workload that asks for `/0`, `/1`, … and believes any answer that is not empty."""

    def __init__(self, times: list[float]) -> None:
        self.times = times
        self.replies: dict[str, Reply] = {}
        self.silent: dict[str, str] = {}

    def intents(self) -> list[Intent]:
        return [Intent(f"r{n}", at, "POST", f"/{n}", b"body", {}, f"K-{n}") for n, at in enumerate(self.times)]

    def judge(self, intent: Intent, reply: Reply) -> Judgement:
        self.replies[intent.id] = reply
        return Judgement("ok" if reply.body else "wrong", None if reply.body else "empty")

    def unanswered(self, intent: Intent, outcome: Literal["timeout", "error", "unsent"]) -> None:
        self.silent[intent.id] = outcome

    def settle(self, site: object) -> None:
        """Nothing to settle."""


async def drive(bench: Bench, workload: Asks, within: float = 30.0) -> list[dict[str, Any]]:
    """Run it through the bench's link; the rows of `requests` in order of when they were due."""
    await asyncio.sleep(0.01)
    offset = bench.clock.at() + 0.05
    intents = [Intent(i.id, i.at + offset, i.method, i.path, i.body, i.headers, i.key) for i in workload.intents()]
    stream = Stream("orders", workload, intents, bench.link, within)
    async with Traffic([stream], bench.clock, bench.recorder) as traffic:
        await traffic.run()
        assert traffic.outstanding == 0
        assert traffic.counts.intended == len(intents)
    bench.recorder.flush()
    lines = (Path(bench.folder) / "requests.field.jsonl").read_text().splitlines()
    rows = sorted((json.loads(line) for line in lines), key=lambda row: float(row["intended_at"]))
    assert [row["id"] for row in rows] == [intent.id for intent in intents]
    return rows


async def test_every_request_has_a_row_with_its_outcome(bench: Bench) -> None:
    target = Web()
    await bench.open("http", target)
    workload = Asks([n / 100 for n in range(50)])
    rows = await drive(bench, workload)
    assert {(row["outcome"], row["status"], row["stream"]) for row in rows} == {("ok", 200, "orders")}
    assert [row["key"] for row in rows] == [f"K-{n}" for n in range(50)]
    assert all(row["intended_at"] <= row["sent_at"] < row["done_at"] for row in rows)
    assert workload.replies["r7"].body == b"/7body"
    assert sorted(path for _, path, _ in target.seen) == sorted(f"POST /{n}" for n in range(50))


async def test_a_stall_delays_no_request_behind_it(bench: Bench) -> None:
    all_here = asyncio.Barrier(20)

    async def stalls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await all_here.wait()
        await Web()(reader, writer)

    await bench.open("http", stalls)
    rows = await drive(bench, Asks([n / 50 for n in range(20)]))
    assert {row["outcome"] for row in rows} == {"ok"}
    last = max(row["sent_at"] for row in rows)
    assert all(row["done_at"] > last for row in rows)


async def test_a_time_out_counts_from_when_the_request_was_due(bench: Bench) -> None:
    await bench.open("http", Web(delay=5))
    workload = Asks([0.0, 0.1])
    rows = await drive(bench, workload, within=0.3)
    assert {(row["outcome"], row["done_at"], row["status"]) for row in rows} == {("timeout", None, None)}
    assert workload.silent == {"r0": "timeout", "r1": "timeout"}


async def _garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(100)
    writer.write(b"nonsense\r\n\r\n")


async def _half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(100)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")


async def _hang_up(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await reader.read(100)


async def _endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(100)
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(bytes(100_000))
        await writer.drain()


@pytest.mark.parametrize(
    ("handler", "detail"),
    [
        (None, "connection reset"),
        (_garbage, ""),
        (_half, ""),
        (_hang_up, "connection closed without an answer"),
        (_endless, "the answer is larger than 1 MiB"),
    ],
)
async def test_no_answer_is_an_error_that_says_what_happened(
    bench: Bench, handler: Handler | None, detail: str
) -> None:
    await bench.open("http", handler)
    workload = Asks([0.0])
    (row,) = await drive(bench, workload)
    assert (row["outcome"], row["done_at"]) == ("error", None)
    assert detail in row["detail"]
    assert workload.silent == {"r0": "error"}


async def test_what_the_machine_could_not_send_is_unsent(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    await bench.open("http", Web())

    def full(*_: object, **__: object) -> socket.socket:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr("aiohappyeyeballs.impl.socket.socket", full)
    workload = Asks([0.0])
    (row,) = await drive(bench, workload)
    assert (row["outcome"], row["sent_at"]) == ("unsent", None)
    assert workload.silent == {"r0": "unsent"}


async def test_strikes_on_ingress_know_the_request_and_fall_by_its_key(bench: Bench) -> None:
    await bench.open("http", Web())
    bench.arm({"abort": 503, "share": "20%"})
    rows = await drive(bench, Asks([n / 200 for n in range(100)]))
    struck = {row["id"]: row["key"] for row in rows if row["status"] == 503}
    assert len(struck) == 20
    assert {row["request"]: row["key"] for row in bench.strikes()} == struck
    assert bench.link.callers == {}


async def test_the_target_sees_no_trace_of_the_field(bench: Bench) -> None:
    seen = b""

    async def look(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal seen
        seen = await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    await bench.open("http", look)
    await drive(bench, Asks([0.0]))
    assert b"r0" not in seen
    assert b"K-0" not in seen


async def test_a_judge_that_raises_ends_the_traffic(bench: Bench) -> None:
    class Broken(Asks):
        def judge(self, intent: Intent, reply: Reply) -> Judgement:
            raise LookupError("no such truth")

    await bench.open("http", Web())
    with pytest.raises(LookupError, match="no such truth"):
        await drive(bench, Broken([0.0, 30.0]))


async def test_a_row_keeps_a_bounded_part_of_what_is_said_of_an_answer(bench: Bench) -> None:
    class Talkative(Asks):
        def judge(self, intent: Intent, reply: Reply) -> Judgement:
            return Judgement("wrong", "x" * 100_000)

    await bench.open("http", Web())
    (row,) = await drive(bench, Talkative([0.0]))
    assert row["detail"] == "x" * 500


class GoesOn(Asks):
    """Asks once more, 50 ms after each of the first answers."""

    def judge(self, intent: Intent, reply: Reply) -> Judgement:
        judged = super().judge(intent, reply)
        if "-more" in intent.id:
            return judged
        more = Intent(f"{intent.id}-more", reply.done_at + 0.05, "POST", f"{intent.path}/more", b"body", {}, intent.key)
        return Judgement(judged.outcome, judged.detail, (more,))


async def test_what_follows_from_an_answer_is_asked_when_it_is_due(bench: Bench) -> None:
    await bench.open("http", Web())
    workload = GoesOn([0.0, 0.01])
    stream = Stream("orders", workload, workload.intents(), bench.link, 30.0)
    async with Traffic([stream], bench.clock, bench.recorder) as traffic:
        await traffic.run()
        assert (traffic.outstanding, traffic.counts.intended, traffic.counts.ok) == (0, 4, 4)
    for name in ("r0", "r1"):
        first, second = workload.replies[name], workload.replies[f"{name}-more"]
        assert second.sent_at >= first.done_at + 0.05
