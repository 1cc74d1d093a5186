"""How soon the app shows itself: ÷ a bare Textual app, both as processes of their own on a terminal.

Compared is the processor's time until then: the start is one thread's work, and what else the machine does meanwhile
does not count. What a person waits is reported beside it.
"""

import fcntl
import os
import pty
import select
import statistics
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

BUDGET = 1.3
ROUNDS = 10
BARE = """
from textual.app import App
from textual.widgets import Static

class Bare(App):
    def compose(self):
        yield Static("Catalogue")

Bare().run()
"""
SHOWN = b"Catalogue"


@dataclass(frozen=True)
class Paint:
    """What it took from the start of a process to its first frame that has something on it."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds of processor: on a machine with nothing else to do, nearly the same."""


def paint(argv: list[str], state: Path) -> Paint:
    """Start a program on a terminal of its own, and end it once something is on it."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    env = os.environ | {"TERM": "xterm-256color", "FDELAB_STATE": str(state)}
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # as on a learner's machine, bytecode is there from the second time on
    began = time.perf_counter()
    child = subprocess.Popen(argv, stdin=follower, stdout=follower, stderr=follower, env=env, cwd=state)
    os.close(follower)
    seen = b""
    try:
        while SHOWN not in seen:
            assert select.select([leader], [], [], 60)[0], "nothing was drawn"
            seen += os.read(leader, 65536)
        wall, used = time.perf_counter() - began, psutil.Process(child.pid).cpu_times()
        return Paint(wall, used.user + used.system)
    finally:
        child.kill()
        child.wait()
        os.close(leader)


def test_the_app_paints_almost_as_soon_as_a_bare_one(tmp_path: Path, figure: Callable[..., None]) -> None:
    ours, bare = [str(Path(sys.executable).with_name("fdelab")), "play"], [sys.executable, "-c", BARE]
    for argv in (ours, bare):
        paint(argv, tmp_path)
    pairs = [(paint(ours, tmp_path), paint(bare, tmp_path)) for _ in range(ROUNDS)]
    ratio = statistics.median(a.cpu / b.cpu for a, b in pairs)
    for what, paints in (("the app", [a for a, _ in pairs]), ("a bare Textual app", [b for _, b in pairs])):
        budget = {"ratio": round(ratio, 2), "budget": f"≤ {BUDGET} × bare, in CPU"} if what == "the app" else {}
        figure(f"first paint of {what}, median of ten", statistics.median(p.wall for p in paints), "s", **budget)
    assert ratio <= BUDGET
