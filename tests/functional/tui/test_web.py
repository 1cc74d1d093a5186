"""`fdelab web`: the app in a real browser, and everything else refused."""

import asyncio
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import aiohttp
import psutil
import pytest

from tests.functional.labs.conftest import FDELAB
from tests.functional.tui import browser

pytestmark = pytest.mark.xdist_group("web")


class Served(NamedTuple):
    """A server that runs."""

    process: subprocess.Popen[str]
    url: str

    @property
    def host(self) -> str:
        """Host and port."""
        return self.url.split("/")[2]

    @property
    def apps(self) -> list[psutil.Process]:
        """The process of each tab."""
        return [child for child in psutil.Process(self.process.pid).children() if "labs.tui.web.app" in _words(child)]


def _words(process: psutil.Process) -> str:
    return " ".join(process.cmdline())


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    """A server with a state folder of its own, which Ctrl-C ends."""
    env = os.environ | {"FDELAB_STATE": str(folder / "state")}
    argv, pipe = [str(FDELAB), "web", "--port", "0"], subprocess.PIPE
    with subprocess.Popen(argv, env=env, cwd=folder, text=True, stdout=pipe, stderr=pipe) as run:
        assert run.stdout is not None
        yield Served(run, run.stdout.readline().strip())
        run.send_signal(signal.SIGINT)
        try:
            run.wait(browser.PATIENCE)
        finally:
            run.kill()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path) as server:
        yield server


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One for all that begin no app in it, and do not end it."""
    with serving(tmp_path_factory.mktemp("web")) as server:
        yield server


def test_it_says_where_it_is_on_loopback_under_a_token_of_its_own(shared: Served) -> None:
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]{43}/", shared.url)
    listening = [one.laddr.ip for one in psutil.Process(shared.process.pid).net_connections() if one.status == "LISTEN"]
    assert listening == ["127.0.0.1"]


async def test_in_a_browser_it_paints_and_answers_keys_and_ends_with_the_server(served: Served, tmp_path: Path) -> None:
    async with browser.opened(tmp_path / "profile") as page:
        await page.call("Page.navigate", url=served.url)
        await page.hears(b"Engagements")
        async with asyncio.timeout(browser.PATIENCE):
            while await page.colours() < 20:
                await page.rest()
        await page.click(300, 200)
        await page.press("5")
        await page.hears(b"Try next")
        (app,) = served.apps
        assert app.environ()["TEXTUAL_DRIVER"].endswith("WebDriver")
        served.process.send_signal(signal.SIGINT)
        async with asyncio.timeout(browser.PATIENCE):
            while served.process.poll() is None:
                await page.rest()
        assert served.process.returncode == 0
        assert served.process.stderr is not None
        assert "Traceback" not in served.process.stderr.read()
        _, alive = await asyncio.to_thread(psutil.wait_procs, [app], browser.PATIENCE)
        assert not alive, "the app goes with its server"


async def _status(session: aiohttp.ClientSession, url: str, **headers: str) -> int:
    async with session.get(url, headers=headers) as answer:
        return answer.status


async def test_without_the_token_or_by_another_name_or_from_another_page_it_is_refused(shared: Served) -> None:
    root = f"http://{shared.host}/"
    script = "static/js/textual.js"
    async with aiohttp.ClientSession() as session:
        assert await _status(session, shared.url) == 200
        assert await _status(session, f"{shared.url}{script}") == 200
        for address in (root, f"{root}{script}", f"{root}ws", f"{shared.url[:-2]}/", f"{root}{'A' * 43}/"):
            assert await _status(session, address) == 404, address
        assert await _status(session, shared.url, Host=f"localhost:{shared.host.split(':')[1]}") == 200
        for host in ("evil.example", f"evil.example:{shared.host.split(':')[1]}", "127.0.0.1"):
            assert await _status(session, shared.url, Host=host) == 404, host
        assert await _status(session, shared.url, Origin="http://evil.example") == 404
        assert await _status(session, shared.url, Origin=f"http://{shared.host}") == 200


@pytest.mark.parametrize(
    ("path", "origin", "host"),
    [
        ("ws", "http://evil.example", None),
        ("ws", "null", None),
        ("ws", None, None),
        ("ws", "{own}", "evil.example"),
        ("../ws", "{own}", None),
    ],
    ids=["another page's", "a sandboxed page's", "of no page", "by another name", "without the token"],
)
async def test_a_socket_that_is_not_our_page_s_starts_nothing(
    shared: Served, path: str, origin: str | None, host: str | None
) -> None:
    headers = {"Host": host} if host else {}
    sent = origin.format(own=f"http://{shared.host}") if origin else None
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(f"{shared.url}{path}", origin=sent, headers=headers)
        assert refused.value.status == 404
        assert shared.apps == []


async def test_an_app_behind_a_socket_of_ours_has_programs_off(served: Served) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{served.url}ws", origin=f"http://{served.host}") as socket,
    ):
        heard = b""
        async with asyncio.timeout(browser.PATIENCE):
            while b"Engagements" not in heard:
                message = await socket.receive()
                heard += message.data if message.type is aiohttp.WSMsgType.BINARY else b""
        (app,) = served.apps
        assert app.children() == []
        await socket.close()
        _, alive = await asyncio.to_thread(psutil.wait_procs, [app], browser.PATIENCE)
        assert not alive


async def test_an_app_does_not_outlive_a_server_that_was_killed(served: Served) -> None:
    async with aiohttp.ClientSession() as session:
        socket = await session.ws_connect(f"{served.url}ws", origin=f"http://{served.host}")
        await socket.receive()
        (app,) = served.apps
        served.process.kill()
        _, alive = await asyncio.to_thread(psutil.wait_procs, [app], browser.PATIENCE)
        assert not alive


async def test_its_page_takes_nothing_from_outside_and_is_framed_by_nobody(shared: Served) -> None:
    async with aiohttp.ClientSession() as session, session.get(shared.url) as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_a_port_that_is_taken_is_a_clear_message(shared: Served) -> None:
    port = shared.host.split(":")[1]
    done = subprocess.run([str(FDELAB), "web", "--port", port], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert f"port {port} cannot be used" in done.stderr
    assert "--port 0 takes any that is free" in done.stderr
