"""A small customer: a service that answers, a site host that obeys, a workload that asks; each a real process."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from aiohttp import web
from pydantic import BaseModel

from scenarios.vocabulary import Params
from simulator.workloads.arrivals import arrivals
from simulator.workloads.base import Context, Intent, Judgement, Reply, WorkloadKind

TOKEN = "secret"


class ToyParams(Params):
    """No parameters."""


class Toy:
    """Asks for `/echo/<number>`; the truth is the number."""

    def __init__(self, context: Context, _params: BaseModel) -> None:
        self.context = context
        self.silent: list[str] = []
        self.settled: Mapping[str, Mapping[str, Any]] = {}

    def intents(self) -> list[Intent]:
        flow, plan = self.context.flow, self.context.clock.timeline
        times = arrivals(self.context.seed, flow.rate, plan.traffic_ends, flow.arrival)
        return [Intent(f"r{n}", at, "POST", f"/echo/{n}", b"{}", {}, f"K-{n:04}") for n, at in enumerate(times)]

    def judge(self, intent: Intent, reply: Reply) -> Judgement:
        if reply.status != 200:
            return Judgement("error", f"HTTP {reply.status}")
        return Judgement("ok" if json.loads(reply.body) == {"path": intent.path} else "wrong")

    def unanswered(self, intent: Intent, outcome: Literal["timeout", "error", "unsent"]) -> None:
        self.silent.append(intent.id)

    def settle(self, site: Mapping[str, Mapping[str, Any]]) -> None:
        row = {"at": 0.0, "account": "stock", "amount": float(site["erp"]["left"]), "cause": "settled", "key": None}
        self.context.recorder.write("ledger", row)


TOY = WorkloadKind("toy", ToyParams, Toy)


class Faulty(Toy):
    """A workload with a bug in its judge."""

    def judge(self, intent: Intent, reply: Reply) -> Judgement:
        raise LookupError("no such truth")


FAULTY = WorkloadKind("faulty", ToyParams, Faulty)


async def _echo(request: web.Request) -> web.Response:
    await request.read()
    return web.json_response({"path": request.path})


async def _health(_request: web.Request) -> web.Response:
    return web.Response()


def _service() -> web.Application:
    app = web.Application()
    app.router.add_get("/health", _health)
    app.router.add_route("*", "/echo/{n}", _echo)
    return app


def _site(log: Path) -> web.Application:
    app = web.Application()

    async def obey(request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.Response(status=401)
        with log.open("a") as file:
            file.write(json.dumps({"path": request.path, "body": await request.json()}) + "\n")
        return web.json_response({"erp": {"left": 7}} if request.path == "/settle" else {})

    async def ready(_request: web.Request) -> web.Response:
        return web.json_response({"ready": True})

    app.router.add_get("/ready", ready)
    app.router.add_post("/{what}", obey)
    return app


def start(*args: str) -> subprocess.Popen[bytes]:
    """Run this module as a process: `service PORT`, `site PORT LOG` or `field CONFIG`."""
    root = Path(__file__).parents[3]
    return subprocess.Popen([sys.executable, __file__, *args], env=os.environ | {"PYTHONPATH": str(root)})


def stop(process: subprocess.Popen[bytes], number: int = signal.SIGTERM) -> int:
    """End one of our processes; its exit status."""
    process.send_signal(number)
    return process.wait(30)


def main() -> None:
    what, *args = sys.argv[1:]
    if what == "service":
        web.run_app(_service(), host="127.0.0.1", port=int(args[0]), print=None)
    elif what == "site":
        web.run_app(_site(Path(args[1])), host="127.0.0.1", port=int(args[0]), print=None)
    else:
        from simulator.field.__main__ import main as field

        sys.argv[1:] = args
        field({"toy": TOY, "faulty": FAULTY})


if __name__ == "__main__":
    main()
