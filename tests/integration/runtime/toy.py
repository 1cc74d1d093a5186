"""A process that does what it is told over HTTP. Runs alone in a container: the standard library is all it has."""

import http.server
import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from typing import Any

Order = dict[str, Any]
QUERIES: list[str] = []
"""Names that the sink was asked for."""


def connect(order: Order) -> Any:
    """Can this address be reached, and what does it say? What answers has its time; the rest says how long to try."""
    with socket.socket() as s:
        s.settimeout(order.get("timeout", 60))
        try:
            if order.get("here"):  # as if it were a neighbour: no right is needed for that
                s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"eth0\0")
                s.setsockopt(socket.SOL_SOCKET, socket.SO_DONTROUTE, 1)
            s.connect((order["host"], order["port"]))
        except OSError as error:
            return {"reached": False, "error": str(error)}
        s.settimeout(60)
        s.sendall(b"GET / HTTP/1.0\r\n\r\n")
        return {"reached": True, "said": s.recv(1000).decode()}


def lookup(order: Order) -> Any:
    try:
        return {"found": socket.gethostbyname(order["name"])}
    except OSError as error:
        return {"found": None, "error": str(error)}


def write(order: Order) -> Any:
    try:
        with open(order["path"], "w") as file:
            file.writelines("x" * 2**20 for _ in range(order.get("mebi", 1)))
    except OSError as error:
        return {"written": False, "error": str(error)}
    return {"written": True}


def read(order: Order) -> Any:
    with open(order["path"]) as file:
        return file.read()


def execute(order: Order) -> Any:
    try:
        done = subprocess.run(order["argv"], capture_output=True, text=True, timeout=20)
    except OSError as error:
        return {"ran": False, "error": str(error)}
    return {"ran": True, "code": done.returncode, "out": done.stdout, "err": done.stderr}


def fork(order: Order) -> Any:
    children: list[subprocess.Popen[bytes]] = []
    try:
        for _ in range(order["count"]):
            children += [subprocess.Popen(["sleep", "30"])]
    except OSError as error:
        return {"started": len(children), "error": str(error)}
    finally:
        for child in children:
            child.kill()
            child.wait()
    return {"started": len(children)}


def eat(order: Order) -> Any:
    held = bytearray(order["size"])
    for page in range(0, len(held), 4096):
        held[page] = 1
    return {"held": len(held)}


def burn(order: Order) -> Any:
    until = time.monotonic() + order["seconds"]
    while time.monotonic() < until:
        pass
    return {}


def pass_on(order: Order) -> Any:
    request = urllib.request.Request(order["at"], json.dumps(order["order"]).encode())
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def me(order: Order) -> Any:
    status = dict(line.split(":", 1) for line in read({"path": "/proc/self/status"}).splitlines())
    return {
        "uid": os.getuid(),
        "gid": os.getgid(),
        "env": dict(os.environ),
        "argv": sys.argv,
        "cwd": os.getcwd(),
        "capabilities": status["CapEff"].strip(),
        "privileges": status["NoNewPrivs"].strip(),
        "files": os.sysconf("SC_OPEN_MAX"),
        "socket": os.path.exists("/var/run/docker.sock"),
    }


ORDERS: dict[str, Callable[[Order], Any]] = {
    "connect": connect,
    "lookup": lookup,
    "write": write,
    "read": read,
    "exec": execute,
    "fork": fork,
    "eat": eat,
    "burn": burn,
    "pass": pass_on,
    "me": me,
    "queries": lambda order: QUERIES,
    "listdir": lambda order: os.listdir(order["path"]),
    "say": lambda order: print(order["line"], flush=True),
    "daemon": lambda order: subprocess.Popen(["sleep", "600"], start_new_session=True).pid,
}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"here I am")

    def do_POST(self) -> None:
        order = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer = json.dumps(ORDERS[order["do"]](order)).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args: object) -> None:
        pass


def sink(host: str) -> None:
    """Answers that no name exists, and remembers what was asked."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((host, 53))
    while True:
        query, asker = server.recvfrom(2000)
        labels: list[str] = []
        at = 12
        while query[at]:
            labels.append(query[at + 1 : at + 1 + query[at]].decode())
            at += query[at] + 1
        QUERIES.append(".".join(labels))
        server.sendto(query[:2] + b"\x81\x83" + query[4:6] + bytes(6) + query[12 : at + 5], asker)


def main(words: list[str]) -> None:
    while words:
        if words[0] == "dns":
            threading.Thread(target=sink, args=(words[1],), daemon=True).start()
        else:
            server = http.server.ThreadingHTTPServer((words[0], int(words[1])), Handler)
            threading.Thread(target=server.serve_forever, daemon=True).start()
        words = words[2:]
    print("listening", flush=True)
    threading.Event().wait()


main(sys.argv[1:])
