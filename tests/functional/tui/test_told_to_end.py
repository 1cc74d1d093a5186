"""SIGTERM ends the app whatever its worker does, and gives the terminal back."""

import os
import pty
import signal
import subprocess
import sys
import termios
import threading
from pathlib import Path

ROOT = Path(__file__).parents[3]
PATIENCE = 120.0
"""Seconds that the whole of it may take on a busy machine; the worker takes far longer."""
APP = """
import os, time
from labs.tui import terminal
from labs.tui.app import Fdelab
from labs.tui.memory import Memory
from tests.unit.tui.fakes import Fake

class Busy(Fake):
    def resume(self, _folder):
        os.write({busy}, b"!")
        stuck = {stuck}
        while stuck: time.sleep(600)
        return None

app = Fdelab(Busy(), Memory())
terminal.leave_when_told(app)
app.run()
"""


def _ended(stuck: bool) -> tuple[int, bytes, bool]:
    """Exit code, what was drawn, and whether the terminal's modes are as they were."""
    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    drawn = bytearray()

    def draw() -> None:
        try:
            while chunk := os.read(ours, 65536):
                drawn.extend(chunk)
        except OSError:
            return

    threading.Thread(target=draw, daemon=True).start()
    hears, busy = os.pipe()
    code = APP.format(stuck=stuck, busy=busy)
    env = os.environ | {"TERM": "xterm-256color", "PYTHONPATH": str(ROOT)}
    argv = [sys.executable, "-c", code]
    with subprocess.Popen(argv, stdin=theirs, stdout=theirs, stderr=theirs, env=env, cwd=ROOT, pass_fds=[busy]) as app:
        os.close(busy)
        try:
            assert os.read(hears, 1) == b"!", bytes(drawn)
            app.send_signal(signal.SIGTERM)
            ended = app.wait(PATIENCE)
        finally:
            app.kill()
    os.close(hears)
    after = termios.tcgetattr(theirs)
    os.close(theirs)
    os.close(ours)
    return ended, bytes(drawn), after == before


def test_an_app_whose_worker_hangs_ends_when_told() -> None:
    code, drawn, same = _ended(stuck=True)
    assert (code, same) == (130, True)
    assert b"\x1b[?1049l" in drawn, "the screen of before is back"
    assert drawn.rfind(b"\x1b[?25h") > drawn.rfind(b"\x1b[?25l"), "and so is the cursor"


def test_an_idle_app_ends_when_told() -> None:
    code, drawn, same = _ended(stuck=False)
    assert same
    assert code in (0, 130)
    assert b"\x1b[?1049l" in drawn
