"""Serving the app to browsers of this machine. textual-serve carries it; what may reach it is checked here.

A page of any other site can send requests to 127.0.0.1, by name or by a name of its own that it has point there, and
can open WebSockets to it. Hence, before anything is answered:

- the address begins with a random token, which no other page knows. It is in the path, and no cookie, because cookies
  are shared by all ports of a host, and because page, WebSocket and static files then all carry it by themselves;
- `Host` is this server's own address: a name that was made to point here is refused (DNS rebinding);
- `Origin`, which browsers always send with a WebSocket, is this server's own.

What is refused looks the same whatever was wrong with it.
"""

import asyncio
import contextlib
import hmac
import secrets
import shlex
import socket
import sys
from collections.abc import Awaitable, Callable

from aiohttp import web
from textual_serve.app_service import AppService
from textual_serve.server import Server

from labs.base.errors import UsageProblem

HOST = "127.0.0.1"
GRACE = 5.0
"""Seconds that apps have to end when the server does."""
COMMAND = "exec " + shlex.join([sys.executable, "-m", "labs.tui.web.app"])

POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "frame-ancestors 'none'; base-uri 'none'"
)
"""Of textual-serve's page, whose script and style are partly in it."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def listen(port: int) -> socket.socket:
    """Return a socket that listens on loopback; port 0: on any that is free.

    Raises `UsageProblem` where it is taken.
    """
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((HOST, port))
        sock.listen()
    except OSError as error:
        sock.close()
        raise UsageProblem(f"port {port} cannot be used: {error.strerror}", "--port 0 takes any that is free") from None
    return sock


class Guarded(Server):
    """textual-serve's server under a secret path, answering its own pages only."""

    def __init__(self, sock: socket.socket, command: str = COMMAND) -> None:
        port = sock.getsockname()[1]
        super().__init__(command, host=HOST, port=port, title="fdelab", public_url=f"http://{HOST}:{port}")
        self.token = secrets.token_urlsafe(32)
        self._sock = sock
        self._hosts = {f"{HOST}:{port}", f"localhost:{port}"}
        self._tabs: set[asyncio.Task[object]] = set()
        self._apps: set[asyncio.subprocess.Process] = set()

    @property
    def url(self) -> str:
        """Where the app is; whoever knows it can use it."""
        return f"{self.public_url}/{self.token}/"

    async def _make_app(self) -> web.Application:
        """textual-serve's application below the token, and nothing beside it."""
        outer = web.Application(middlewares=[self._guard])
        outer.on_response_prepare.append(self._seal)
        outer.add_subapp(f"/{self.token}/", await super()._make_app())
        return outer

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not self.welcome(request):
            return web.Response(status=404, text="404: Not Found")
        return await handler(request)

    async def _seal(self, _request: web.Request, response: web.StreamResponse) -> None:
        """Nothing from outside in the page, no frame around it, and its address told to nobody."""
        here = " ".join(f"ws://{host}" for host in sorted(self._hosts))
        response.headers["Content-Security-Policy"] = f"{POLICY}; connect-src 'self' {here}"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-store"

    def welcome(self, request: web.Request) -> bool:
        """Whether a request comes from a page of ours, or from whoever was given the address."""
        token = f"{request.path}/".split("/")[1]
        known = hmac.compare_digest(token.encode(), self.token.encode())
        origin = request.headers.get("Origin")
        ours = origin in {f"http://{host}" for host in self._hosts}
        asked = "Upgrade" in request.headers or origin is not None
        return known and request.headers.get("Host") in self._hosts and (ours or not asked)

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """As textual-serve does it; known here, so that it ends when the server does."""
        tab = asyncio.current_task()
        assert tab is not None
        self._tabs.add(tab)
        try:
            response: web.WebSocketResponse = await super().handle_websocket(request)
            return response
        finally:
            self._tabs.discard(tab)

    async def _process_messages(self, websocket: web.WebSocketResponse, app_service: AppService) -> None:
        """As textual-serve does it; its process is known here until it has ended."""
        process = app_service._process  # noqa: SLF001 - textual-serve tells it nowhere else
        assert process is not None
        self._apps = {app for app in self._apps if app.returncode is None} | {process}
        await super()._process_messages(websocket, app_service)

    async def on_startup(self, _app: web.Application) -> None:
        """Say nothing: who runs the server says where it is."""

    async def on_shutdown(self, _app: web.Application) -> None:
        """End the apps; worlds go on."""
        for tab in self._tabs:
            tab.cancel()
        running = [app for app in self._apps if app.returncode is None]
        # Until the loop itself has seen each app end: a transport that outlives its loop ends in a traceback.
        ends = [asyncio.ensure_future(app.wait()) for app in running]
        for stop in (asyncio.subprocess.Process.terminate, asyncio.subprocess.Process.kill):
            for app in running:
                with contextlib.suppress(ProcessLookupError):
                    stop(app)
            if ends:
                await asyncio.wait(ends, timeout=GRACE)

    def run(self) -> None:
        """Serve until SIGINT or SIGTERM."""
        web.run_app(self._make_app(), sock=self._sock, print=None, access_log=None, shutdown_timeout=GRACE)
