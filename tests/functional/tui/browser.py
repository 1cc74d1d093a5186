"""A real headless Chromium, driven over its DevTools socket: just what a test of a page needs."""

import asyncio
import base64
import contextlib
import os
import shutil
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--remote-debugging-port=0",
)  # fmt: skip
PATIENCE = 60.0
"""Seconds until whatever is waited for must have come."""


def found() -> str:
    """Where Chromium is; a test without it is skipped, but fails where `FDELAB_REQUIRE_CHROMIUM` is set, as in CI."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None and os.environ.get("FDELAB_REQUIRE_CHROMIUM"):
        pytest.fail("there is no Chromium, and FDELAB_REQUIRE_CHROMIUM is set")
    if path is None:
        pytest.skip("needs Chromium")
    return path


class Page:
    """One tab. `heard` is all that its WebSockets received, in order."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._number = 0
        self.heard = b""

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Ask the browser, and take note of what it tells meanwhile."""
        self._number += 1
        await self._socket.send_json({"id": self._number, "method": method, "params": params})
        while True:
            told = await self._socket.receive_json()
            if told.get("method") == "Network.webSocketFrameReceived":
                frame = told["params"]["response"]
                if frame["opcode"] == 2:
                    self.heard += base64.b64decode(frame["payloadData"])
            if told.get("id") == self._number:
                assert "error" not in told, told
                answer: dict[str, Any] = told["result"]
                return answer

    async def value(self, expression: str) -> Any:
        """What an expression comes to in the page."""
        asked = await self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        return asked["result"].get("value")

    async def rest(self) -> None:
        """Give it a moment."""
        await self.value("new Promise(go => setTimeout(go, 50))")

    async def hears(self, text: bytes) -> None:
        """Wait until the page has received `text`."""
        async with asyncio.timeout(PATIENCE):
            while text not in self.heard:
                await self.rest()

    async def click(self, x: int, y: int) -> None:
        for kind in ("mousePressed", "mouseReleased"):
            await self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    async def press(self, key: str) -> None:
        await self.call("Input.dispatchKeyEvent", type="keyDown", text=key, key=key)
        await self.call("Input.dispatchKeyEvent", type="keyUp", key=key)

    async def colours(self) -> int:
        """How many different colours the screen shows, decoded by the browser itself."""
        shot = (await self.call("Page.captureScreenshot", format="png"))["data"]
        count = await self.value(f"({_COUNT})('data:image/png;base64,{shot}')")
        return int(count)


_COUNT = """async source => {
    const image = new Image(); image.src = source; await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height), pen = canvas.getContext('2d');
    pen.drawImage(image, 0, 0);
    return new Set(new Uint32Array(pen.getImageData(0, 0, image.width, image.height).data.buffer)).size;
}"""


@contextlib.asynccontextmanager
async def opened(profile: Path) -> AsyncIterator[Page]:
    """A browser of its own with one empty tab; gone in the end."""
    argv = [found(), *FLAGS, f"--user-data-dir={profile}", "about:blank"]
    browser = await asyncio.create_subprocess_exec(*argv, stdout=DEVNULL, stderr=DEVNULL)
    try:
        port = profile / "DevToolsActivePort"
        async with asyncio.timeout(PATIENCE):
            while not (port.exists() and port.read_text().strip()):
                assert browser.returncode is None, "Chromium ended"
                await asyncio.sleep(0.05)
        async with aiohttp.ClientSession() as session:
            asked = await session.get(f"http://127.0.0.1:{port.read_text().split()[0]}/json")
            tab = next(one for one in await asked.json() if one["type"] == "page")
            async with session.ws_connect(tab["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                page = Page(socket)
                for domain in ("Network", "Page", "Runtime"):
                    await page.call(f"{domain}.enable")
                yield page
    finally:
        browser.terminate()
        await browser.wait()
