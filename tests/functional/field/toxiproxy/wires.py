"""Plain TCP: a target that serves connections, and what a test sends over one."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


@contextmanager
def upstream(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """A target that does `serve` with every connection; its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                threading.Thread(target=_guarded, args=(serve, connection), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)


def _guarded(serve: Callable[[socket.socket], None], connection: socket.socket) -> None:
    with connection, suppress(OSError):
        serve(connection)


def echo(connection: socket.socket) -> None:
    while data := connection.recv(65_536):
        connection.sendall(data)


def dial(address: str) -> socket.socket:
    host, _, port = address.rpartition(":")
    made = socket.create_connection((host, int(port)), timeout=30)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def ping(connection: socket.socket, data: bytes = b"ping") -> float:
    """Seconds until it came back."""
    began = time.monotonic()
    connection.sendall(data)
    got = b""
    while len(got) < len(data):
        part = connection.recv(65_536)
        if not part:
            raise EOFError
        got += part
    assert got == data
    return time.monotonic() - began
