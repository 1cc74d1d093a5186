"""The filter of a box, on this kernel: what it refuses, and that what deployments are made of works on."""

import json
import subprocess
import sys

import pytest

from simulator.runtime.box import launch, syscalls
from tests.integration import calls

REFUSED = {"EPERM", "ENOSYS"}
CONFINED = f"""
import ctypes, runpy, sys
launch = runpy.run_path({launch.__file__!r})
ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)
launch["confine"](bytes.fromhex({syscalls.program().hex()!r}))
"""
WORK = """
import asyncio, concurrent.futures, multiprocessing, socket, subprocess, sys, threading, urllib.request
import numpy, psycopg, sklearn.linear_model, uvicorn, uvloop
a = numpy.random.default_rng(1).normal(size=(400, 400))
assert numpy.allclose(a @ numpy.linalg.inv(a), numpy.eye(400), atol=1e-6)
sklearn.linear_model.LogisticRegression().fit(a, a[:, 0] > 0)
try:
    psycopg.connect("postgresql://127.0.0.1:1/none", connect_timeout=2)
except psycopg.OperationalError as error:
    assert "refused" in str(error)
async def app(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"here"})
listening = socket.create_server(("127.0.0.1", 0))
server = uvicorn.Server(uvicorn.Config(app, loop="uvloop", lifespan="off", log_level="critical"))
threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True).start()
url = "http://127.0.0.1:%d/" % listening.getsockname()[1]
with concurrent.futures.ThreadPoolExecutor(4) as pool:
    def get(_):
        return urllib.request.urlopen(url, timeout=60).read()
    assert list(pool.map(get, range(20))) == [b"here"] * 20
server.should_exit = True
socket.getaddrinfo("localhost", 80)
with multiprocessing.get_context("fork").Pool(2) as pool:
    assert pool.map(abs, [-1, -2]) == [1, 2]
assert subprocess.run([sys.executable, "-c", "print(1)"], capture_output=True).stdout == b"1\\n"
async def ran():
    child = await asyncio.create_subprocess_exec("true")
    return await child.wait()
assert uvloop.run(ran()) == 0 == asyncio.run(ran())
print("works")
"""

pytestmark = pytest.mark.skipif(not syscalls.program(), reason="no filter has been written for this machine")


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_each_call_is_refused_that_can_be_made_without_it() -> None:
    probe = f"import runpy; runpy.run_path({calls.__file__!r}, run_name='__main__')"
    free, confined = json.loads(run(probe)), json.loads(run(CONFINED + probe))
    assert confined.keys() == calls.CALLS.keys()
    assert set(confined.values()) <= REFUSED, confined
    assert {"ptrace", "process_vm_readv", "process_vm_writev", "clone3"} <= {
        name for name, met in free.items() if met not in REFUSED
    }, "they mean something here"


def test_a_server_on_uvloop_models_a_driver_and_children_work_as_before() -> None:
    assert run(CONFINED + WORK) == "works\n"
