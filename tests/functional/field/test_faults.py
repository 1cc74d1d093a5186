"""Each fault does what it says, to whom it says, and leaves a row for every strike.

A busy machine makes everything later, and nothing earlier: delays are looked at from below. How much later is measured
in `tests/benchmarks`.
"""

import asyncio
import statistics
import time
from typing import Any

import pytest

from simulator.faults.effects import Delay
from tests.functional.field.conftest import Bench, Streams, Web, eventually, request, response, settled

BOTH = pytest.mark.parametrize("protocol", ["tcp", "http"])
EARLY = 0.005
"""Seconds by which a timer may fire before its time."""


async def ask(streams: Streams, path: str, body: bytes = b"", **more: Any) -> tuple[float, int, bytes]:
    """Send one request; seconds until its answer, and the answer."""
    reader, writer = streams
    began = time.monotonic()
    writer.write(request(path, body, **more))
    status, answer = await response(reader, more.get("method") == "HEAD")
    return time.monotonic() - began, status, answer


async def test_latency_holds_the_response_while_the_target_has_done_its_work(bench: Bench) -> None:
    target = Web()
    await bench.open("http", target)
    bench.arm({"latency": "200ms"})
    streams = await bench.dial()
    _, status, body = await ask(streams, "/a", b"body")
    assert (status, body) == (200, b"/abody")
    assert time.monotonic() - target.seen[0][0] >= 0.2 - EARLY
    (row,) = bench.strikes()
    assert (row["link"], row["kind"], row["detail"]) == ("erp", "latency", "POST /a")
    assert row["lasted"] >= 0.2 - EARLY


async def test_latency_may_hold_the_request_instead(bench: Bench) -> None:
    target = Web()
    await bench.open("http", target)
    bench.arm({"latency": {"fixed": "200ms", "on": "request"}})
    began = time.monotonic()
    await ask(await bench.dial(), "/a")
    assert target.seen[0][0] - began >= 0.2 - EARLY


async def test_a_share_is_dealt_exactly(bench: Bench) -> None:
    await bench.open("http", Web())
    bench.arm({"latency": "60ms", "share": "25%"})
    streams = await bench.dial()
    took = [(await ask(streams, f"/{n}"))[0] for n in range(40)]
    struck = [int(row["detail"].removeprefix("POST /")) for row in bench.strikes()]
    assert [n // 4 for n in struck] == list(range(10))
    assert all(took[n] >= 0.06 - EARLY for n in struck)


async def test_the_shape_of_latency_is_the_one_that_was_asked_for(bench: Bench) -> None:
    await bench.open("http", Web())

    async def spread(latency: dict[str, str]) -> list[float]:
        """The delays that 200 requests are dealt, and get."""
        bench.arm({"latency": latency})
        streams = [await bench.dial() for _ in range(200)]
        await asyncio.gather(*(ask(one, "/") for one in streams))
        return sorted(bench.armed[-1].effect(number).get(Delay).seconds for number in range(200))

    uniform = await spread({"from": "100ms", "to": "300ms"})
    lognormal = await spread({"median": "100ms", "p99": "500ms"})
    lasted = [row["lasted"] for row in sorted(bench.strikes(), key=lambda row: float(row["at"]))]
    for dealt, got in ((uniform, lasted[:200]), (lognormal, lasted[200:])):
        assert all(took >= held - EARLY for held, took in zip(dealt, sorted(got), strict=True))
    assert 0.1 <= min(uniform) < 0.12
    assert 0.28 < max(uniform) <= 0.3
    assert statistics.mean(uniform) == pytest.approx(0.2, abs=0.03)
    assert statistics.median(lognormal) == pytest.approx(0.1, abs=0.025)
    assert sum(held > 0.3 for held in lognormal) == pytest.approx(200 * 0.056, abs=11)


async def test_a_request_arrives_though_its_client_leaves_while_the_answer_is_held(bench: Bench) -> None:
    target = Web()
    await bench.open("http", target)
    bench.arm({"latency": "300ms"})
    _, writer = await bench.dial()
    writer.write(request("/sent", b"x" * 100_000))
    writer.close()
    await eventually(lambda: target.seen and not bench.link.connections)
    assert [(path, len(body)) for _, path, body in target.seen] == [("POST /sent", 100_000)]
    assert len(bench.strikes()) == 1


async def test_a_held_request_arrives_though_its_client_has_left(bench: Bench) -> None:
    target = Web()
    await bench.open("http", target)
    bench.arm({"latency": {"fixed": "200ms", "on": "request"}})
    _, writer = await bench.dial()
    writer.write(request("/sent"))
    await eventually(lambda: bench.armed[-1].struck)
    writer.transport.abort()
    await eventually(lambda: target.seen)


@pytest.mark.parametrize(("on", "arrives"), [("request", False), ("response", True)])
async def test_timeout_answers_nothing_and_closes(bench: Bench, on: str, arrives: bool) -> None:
    target = Web()
    await bench.open("http", target)
    bench.arm({"timeout": {"after": "200ms", "on": on}})
    reader, writer = await bench.dial()
    began = time.monotonic()
    writer.write(request("/a"))
    assert await reader.read() == b""
    assert time.monotonic() - began >= 0.2 - EARLY
    assert bool(target.seen) is arrives
    (row,) = bench.strikes()
    assert row["lasted"] >= 0.2 - EARLY


async def test_timeout_without_an_end_outlasts_its_phase(bench: Bench) -> None:
    await bench.open("http", Web())
    bench.arm({"timeout": None})
    reader, writer = await bench.dial()
    writer.write(request("/a"))
    await eventually(lambda: bench.armed[-1].struck)
    bench.arm()
    writer.write(request("/b"))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.read(), 0.3)
    writer.close()
    await eventually(lambda: not bench.link.connections)
    assert len(bench.strikes()) == 1


@pytest.mark.parametrize(("on", "arrives"), [("request", False), ("response", True)])
async def test_reset_tears_the_connection_down(bench: Bench, on: str, arrives: bool) -> None:
    target = Web()
    await bench.open("http", target)
    bench.arm({"reset": {"on": on}})
    reader, writer = await bench.dial()
    writer.write(request("/a"))
    with pytest.raises(ConnectionResetError):
        await reader.read()
    assert bool(target.seen) is arrives
    assert len(bench.strikes()) == 1


async def test_abort_answers_in_the_targets_place_and_the_connection_goes_on(bench: Bench) -> None:
    target = Web()
    await bench.open("http", target)
    streams = await bench.dial()
    bench.arm({"abort": {"status": 429, "body": "später"}, "where": {"path": "/no*"}})
    assert (await ask(streams, "/no", b"x" * 200_000))[1:] == (429, "später".encode())
    assert (await ask(streams, "/no", method="HEAD"))[1:] == (429, b"")
    assert (await ask(streams, "/yes"))[1:] == (200, b"/yes")
    assert [path for _, path, _ in target.seen] == ["POST /yes"]
    assert [row["detail"] for row in bench.strikes()] == ["POST /no", "HEAD /no"]


async def test_abort_keeps_the_order_of_pipelined_requests(bench: Bench) -> None:
    await bench.open("http", Web(delay=0.02))
    bench.arm({"abort": 503, "where": {"path": "/no*"}})
    reader, writer = await bench.dial()
    paths = ["/no1", "/1", "/no2", "/no3", "/2", "/no4"]
    writer.write(b"".join(request(path, b"body") for path in paths))
    answers = [await response(reader) for _ in paths]
    assert answers == [(503, b"") if path.startswith("/no") else (200, path.encode() + b"body") for path in paths]


async def test_abort_answers_a_client_that_asks_before_it_sends_a_body(bench: Bench) -> None:
    await bench.open("http", Web())
    bench.arm({"abort": 503})
    reader, writer = await bench.dial()
    writer.write(request("/", b"body", headers="Expect: 100-continue\r\n")[:-4])
    assert await response(reader) == (503, b"")
    assert await reader.read() == b""


@BOTH
async def test_refuse_strikes_new_connections_alone(bench: Bench, protocol: str) -> None:
    await bench.open(protocol, Web())
    before = await bench.dial()
    assert (await ask(before, "/a"))[1] == 200
    bench.arm({"refuse": {}})
    reader, _ = await bench.dial()
    with pytest.raises(ConnectionResetError):
        await reader.read()
    assert (await ask(before, "/b"))[1] == 200
    bench.arm()
    assert (await ask(await bench.dial(), "/c"))[1] == 200
    assert [row["kind"] for row in bench.strikes()] == ["refuse"]


@BOTH
async def test_bandwidth_is_a_thin_line(bench: Bench, protocol: str) -> None:
    await bench.open(protocol, Web())
    bench.arm({"bandwidth": "200k"})
    took, status, body = await ask(await bench.dial(), "/", b"x" * 100_000)
    assert (status, len(body)) == (200, 100_001)
    least = 100_000 / (200 * 1024) - 0.1
    assert took >= least
    bench.link.arm(())
    (row,) = bench.strikes()
    assert row["lasted"] >= least


@pytest.mark.parametrize(
    "where",
    [{"method": "put"}, {"path": "/orders/*"}, {"SOAPAction": "*#Anmelden*"}, {"method": "P*", "path": "*/7"}],
)
async def test_where_picks_requests(bench: Bench, where: dict[str, str]) -> None:
    await bench.open("http", Web())
    bench.arm({"abort": 503, "where": where})
    streams = await bench.dial()
    picked = await ask(streams, "/orders/7?x=1", method="PUT", headers='SOAPAction: "urn:erp#Anmelden"\r\n')
    other = await ask(streams, "/other", method="GET", headers='SOAPAction: "urn:erp#Abmelden"\r\n')
    assert (picked[1], other[1]) == (503, 200)


async def test_a_connection_survives_faults_that_come_and_go(bench: Bench) -> None:
    await bench.open("http", Web())
    streams = await bench.dial()
    for _ in range(3):
        bench.arm()
        assert (await ask(streams, "/"))[1] == 200
        bench.arm({"latency": "150ms"})
        assert (await ask(streams, "/"))[0] >= 0.15 - EARLY
    assert len(bench.link.connections) == 1
    assert len(bench.strikes()) == 3, "of six requests those under a fault"


async def test_faults_add_up(bench: Bench) -> None:
    await bench.open("http", Web())
    bench.arm({"latency": "100ms"}, {"latency": {"fixed": "100ms", "on": "request"}})
    assert (await ask(await bench.dial(), "/"))[0] >= 0.2 - EARLY
    bench.arm({"latency": "100ms"}, {"abort": 503})
    assert (await ask(await bench.dial(), "/"))[0] >= 0.1 - EARLY
    assert [row["kind"] for row in bench.strikes()] == ["latency", "latency", "abort", "latency"]


async def test_latency_strikes_tcp_connections_that_are_open_already(bench: Bench) -> None:
    await bench.open("tcp", Web())
    streams = [await bench.dial() for _ in range(4)]
    for one in streams:
        await ask(one, "/")
    bench.arm({"latency": "1h", "share": "50%"})
    asked = [asyncio.create_task(ask(one, "/")) for one in streams]
    await eventually(lambda: bench.armed[-1].struck + sum(task.done() for task in asked) == len(asked))
    free = [one for one, task in zip(streams, asked, strict=True) if task.done()]
    held = [task for task in asked if not task.done()]
    assert (len(free), bench.armed[-1].struck) == (2, 2)
    bench.arm({"latency": "1h"})
    bench.arm()
    for one in free:
        async with asyncio.timeout(30):
            assert (await ask(one, "/"))[1] == 200
    assert len(bench.strikes()) == 2
    assert not any(task.done() or not task.cancel() for task in held)


@pytest.mark.parametrize("on", ["request", "response"])
async def test_timeout_and_reset_strike_tcp_connections_when_they_are_used(bench: Bench, on: str) -> None:
    target = Web()
    await bench.open("tcp", target)
    idle, used = await bench.dial(), await bench.dial()
    await ask(used, "/before")
    bench.arm({"reset": {"on": on}})
    used[1].write(request("/torn"))
    with pytest.raises(ConnectionResetError):
        await used[0].read()
    bench.arm()
    assert (await ask(idle, "/after"))[1] == 200
    bench.arm({"timeout": {"after": "100ms", "on": on}})
    idle[1].write(request("/silent"))
    assert await idle[0].read() == b""
    arrived = [path for _, path, _ in target.seen]
    assert ("POST /torn" in arrived, "POST /silent" in arrived) == (on == "response", on == "response")
    assert [row["kind"] for row in bench.strikes()] == ["reset", "timeout"]


async def test_what_no_fault_can_do_is_refused_when_it_is_armed(bench: Bench) -> None:
    await bench.open("tcp", Web())
    with pytest.raises(ValueError, match="abort strikes http links, erp is tcp"):
        bench.arm({"abort": 503})
    with pytest.raises(ValueError, match="one kind, this one has 2"):
        bench.arm({"reset": None, "latency": "1s"})
    with pytest.raises(ValueError, match="`where` picks requests"):
        bench.arm({"reset": None, "where": {"path": "/"}})
    with pytest.raises(LookupError, match="did you mean 'latency'"):
        bench.arm({"latencies": "1s"})


async def test_a_fault_that_comes_in_the_middle_of_a_message_strikes_from_the_next_one_on(bench: Bench) -> None:
    target = Web()
    await bench.open("http", target)
    reader, writer = await bench.dial()
    begun, behind = request("/begun", b"body"), request("/behind", b"body")
    for cut in (10, len(begun) - 2):  # in the head, in the body
        bench.arm()
        await ask((reader, writer), "/before")
        writer.write(begun[:cut])
        await settled()
        bench.arm({"abort": 503})
        writer.write(begun[cut:] + behind)
        assert await response(reader) == (200, b"/begunbody")
        assert await response(reader) == (503, b"")
    assert [path for _, path, _ in target.seen] == ["POST /before", "POST /begun"] * 2
    assert len(bench.strikes()) == 2


async def test_a_response_that_was_under_way_when_a_fault_came_is_left_alone(bench: Bench) -> None:
    begun, armed = b"HTTP/1.1 200 OK\r\nContent-Le", asyncio.Event()

    async def halting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(begun)
        await armed.wait()
        for part in (b"ngth: 4\r\n\r\n", b"bo", b"dy"):
            writer.write(part)
            await asyncio.sleep(0.05)
        await Web()(reader, writer)

    await bench.open("http", halting)
    reader, writer = await bench.dial()
    writer.write(request("/a"))
    assert await reader.readexactly(len(begun)) == begun
    bench.arm({"latency": "60s"})
    armed.set()
    writer.write(request("/b"))
    async with asyncio.timeout(30):
        assert await reader.readuntil(b"body") == b"ngth: 4\r\n\r\nbody"
    await eventually(lambda: bench.armed[-1].struck)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.read(1), 0.2)


@pytest.mark.parametrize("evasion", [b"\r\n\r\nPOST ", b"POST  "])
@pytest.mark.parametrize("before", [False, True])
async def test_what_only_a_lenient_server_takes_for_a_request_does_not_pass_by_a_fault(
    bench: Bench, evasion: bytes, before: bool
) -> None:
    web = Web()
    await bench.open("http", web)
    reader, writer = await bench.dial()
    if before:
        writer.write(request("/first"))
        assert (await response(reader))[0] == 200
    bench.arm({"abort": {"status": 503}})
    writer.write(request("/a").replace(b"POST ", evasion, 1))
    with pytest.raises(ConnectionResetError):
        async with asyncio.timeout(5):
            await reader.read()
    assert [path for _, path, _ in web.seen] == ["POST /first"] * before


async def test_a_strikes_row_keeps_a_bounded_part_of_the_path(bench: Bench) -> None:
    await bench.open("http", Web())
    bench.arm({"abort": {"status": 503}})
    reader, writer = await bench.dial()
    writer.write(request("/" + "x" * 5000))
    assert (await response(reader))[0] == 503
    (row,) = bench.strikes()
    assert row["detail"] == "POST /" + "x" * 194
