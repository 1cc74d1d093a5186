"""The app in a real terminal (tmux): shell and editor take it and give it back, and its end is not the world's end."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.functional.labs.conftest import FDELAB

PATIENCE = 90.0
EDITOR = """#!/bin/sh
stty sane
printf '\\nan editor in %s on %s\\n' "$(pwd)" "$*"
read -r line
sed -i 's/text.replace(",", "")/text.replace(".", "").replace(",", ".")/' shop.py
"""
RUNTIMES = ["local", pytest.param("docker", marks=pytest.mark.docker)]


class Terminal:
    """A shell in a terminal of its own."""

    def __init__(self, folder: Path, env: dict[str, str], size: tuple[int, int] = (80, 24)) -> None:
        self.name = f"fdelab-{uuid.uuid4().hex[:8]}"
        width, height = map(str, size)
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", width, "-y", height, "-c", str(folder), "-s", "main",
                   *(word for name, value in env.items() for word in ("-e", f"{name}={value}")), "sh")  # fmt: skip
        # Whoever is root has a prompt of their own, whatever the environment says.
        self.type("PS1='prompt> '")

    def _tmux(self, *argv: str) -> str:
        # A size in the environment, as test runners set one, would be believed before the terminal's own.
        env = {name: value for name, value in os.environ.items() if name not in ("LINES", "COLUMNS")}
        done = subprocess.run(["tmux", "-L", self.name, *argv], env=env, capture_output=True, text=True, check=True)
        return done.stdout

    def screen(self) -> str:
        """What is on it now; lines that the terminal wrapped are whole."""
        return self._tmux("capture-pane", "-p", "-J", "-t", "main")

    def press(self, *keys: str) -> None:
        """Keys as tmux names them."""
        self._tmux("send-keys", "-t", "main", *keys)

    def type(self, text: str) -> None:
        """A line, and enter."""
        self._tmux("send-keys", "-t", "main", "-l", text)
        self.press("Enter")

    def until(self, *texts: str) -> str:
        """Wait until all of these are on the screen."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            screen = self.screen()
            if all(text in screen for text in texts):
                return screen
            time.sleep(0.1)
        raise AssertionError(f"never on the screen: {texts}\n{self.screen()}")

    def app(self) -> psutil.Process:
        """The app's process."""
        shell = psutil.Process(int(self._tmux("display-message", "-p", "-t", "main", "#{pane_pid}")))
        return next(child for child in shell.children(recursive=True) if "play" in child.cmdline())

    def close(self) -> None:
        """The window is gone, as when somebody closes it."""
        subprocess.run(["tmux", "-L", self.name, "kill-server"], capture_output=True, check=False)


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    editor = tmp_path / "edit"
    editor.write_text(EDITOR)
    editor.chmod(0o755)
    return {"FDELAB_STATE": str(tmp_path / "state"), "HOME": str(tmp_path), "SHELL": "/bin/sh", "EDITOR": str(editor),
            "ENV": "", "LANG": "C.UTF-8"}  # fmt: skip


@pytest.fixture
def terminals(tmp_path: Path, env: dict[str, str]) -> Iterator[Callable[..., Terminal]]:
    """Opens terminals, and closes them in the end."""
    if shutil.which("tmux") is None:
        if os.environ.get("FDELAB_REQUIRE_DOCKER"):
            pytest.fail("tmux is missing, and here no test may skip")
        pytest.skip("this needs tmux")
    opened: list[Terminal] = []

    def open_(folder: Path = tmp_path, size: tuple[int, int] = (80, 24), **more: str) -> Terminal:
        opened.append(Terminal(folder, env | more, size))
        return opened[-1]

    yield open_
    for terminal in opened:
        terminal.close()


@pytest.fixture
def begun(tmp_path: Path, env: dict[str, str], request: pytest.FixtureRequest) -> Iterator[Path]:
    """The folder of an engagement with first-day whose world runs."""
    runtime = getattr(request, "param", "local")
    command = [str(FDELAB), "start", "first-day", str(tmp_path / "first-day"), "--runtime", runtime]
    subprocess.run(command, env=os.environ | env, check=True, capture_output=True)
    yield tmp_path / "first-day"
    subprocess.run([str(FDELAB), "stop", "--all"], env=os.environ | env, check=True, capture_output=True)


def play(terminal: Terminal) -> None:
    terminal.type(shlex.join([str(FDELAB), "play"]))


def in_console(terminal: Terminal) -> Terminal:
    """The same terminal, with the app in it at the console of the folder's world."""
    play(terminal)
    terminal.until("Catalogue")
    terminal.press("3")
    terminal.until("saving redeploys", "lap ")
    return terminal


def goes_on(folder: Path, env: dict[str, str]) -> bool:
    """Whether the engagement's world is in a lap, or on its way to the next."""
    command = [str(FDELAB), "status"]
    done = subprocess.run(command, cwd=folder, env=os.environ | env, capture_output=True, text=True, check=True)
    return re.search("(running|starting), lap", done.stdout) is not None


@pytest.mark.parametrize("begun", RUNTIMES, indirect=True)
def test_shell_and_editor_take_the_terminal_and_give_it_back(
    begun: Path, env: dict[str, str], terminals: Callable[..., Terminal]
) -> None:
    terminal = terminals(begun)
    play(terminal)
    terminal.until("Catalogue")
    terminal.press("3")
    terminal.until("saving redeploys", "Redeploy", "lap ")

    terminal.press("s")
    terminal.until("exit (or ^D) leads back")
    terminal.type("echo port-$PORT-books-$BOOKS_URL")
    terminal.until("-books-http://")
    terminal.type("exit 0")
    terminal.until("saving redeploys", "Redeploy", "lap ")

    terminal.press("o")
    terminal.until("an editor in", "on shop.py")
    terminal.press("Enter")
    terminal.until("saving redeploys", "it takes traffic: 1 file")
    terminal.press("c")
    terminal.until("6 of 6 pass")

    terminal.press("q")
    terminal.until("Leave the app?", f"The world of {begun.name} runs on", "fdelab stop", "s stop it and leave")
    terminal.press("q")
    terminal.until("prompt> ", f"the world of {begun.name} runs on; to end it: cd ")
    assert goes_on(begun, env)
    terminal.type("stty -a | grep -o ' icanon\\| echo ' | tr -d '\\n'; echo")
    assert " icanon echo " in terminal.until("icanon echo")


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGHUP, signal.SIGTERM, None])
def test_however_the_app_ends_the_world_goes_on_and_the_app_comes_back_where_it_was(
    begun: Path, env: dict[str, str], terminals: Callable[..., Terminal], tmp_path: Path, end: signal.Signals | None
) -> None:
    terminal = in_console(terminals(begun))
    app = terminal.app()
    if end is None:
        terminal.close()
    else:
        app.send_signal(end)
    app.wait(30)
    assert goes_on(begun, env)

    again = terminals(tmp_path)
    play(again)
    again.until("saving redeploys", "● first-", "lap ")


def test_a_window_that_is_closed_while_a_shell_has_it_ends_the_app_too(
    begun: Path, env: dict[str, str], terminals: Callable[..., Terminal]
) -> None:
    terminal = in_console(terminals(begun))
    app = terminal.app()
    terminal.press("s")
    terminal.until("exit (or ^D) leads back")
    terminal.close()
    app.wait(30)
    assert goes_on(begun, env)


def test_a_plain_or_tiny_terminal_is_no_reason_to_break(terminals: Callable[..., Terminal]) -> None:
    dumb = terminals(TERM="dumb")
    dumb.type(f"TERM=dumb {FDELAB} play; echo ended with $?")
    dumb.until("the app needs a terminal", "ended with 2")

    tiny = terminals(size=(30, 8))
    play(tiny)
    tiny.until("First day", "Phantom")
    tiny.press("enter")
    tiny.until("Mia Albers")
    tiny.press("q")
    tiny.until("prompt> ")

    plain = terminals(NO_COLOR="1")
    play(plain)
    plain.until("Mia Albers", "Launch", "Quit")
    plain.press("q")
    plain.until("prompt> ")
