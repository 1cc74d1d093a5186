"""What a shell offers at Tab, typed at the prompt of each shell that the machine has."""

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from labs.base import paths
from labs.cli.app import COMPLETION
from labs.engagement.engagement import begin
from labs.library.catalogue import find

FDELAB = Path(sys.executable).with_name("fdelab")
WITHIN_S = 60.0
STARTS = {
    "bash": ("~/.bashrc", ["bash", "--noprofile", "--rcfile"]),
    "zsh": ("~/.zshrc", ["zsh"]),
    "fish": ("~/.config/fish/config.fish", ["fish"]),
}
BEFORE = {
    "bash": "PS1='ready> '",
    "zsh": "PS1='ready> '; autoload -Uz compinit; compinit -u -d $HOME/dump",
    "fish": "set -g fish_greeting; function fish_prompt; printf 'ready> '; end",
}
"""What comes before in its start file: the same prompt everywhere, and what zsh wants for any completion."""
ESCAPES = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[()].|[=>78M])|[\r\x07\x08]")


class Terminal:
    """A shell at a prompt."""

    def __init__(self, argv: list[str], home: Path, cwd: Path) -> None:
        env = {"HOME": str(home), "PATH": f"{home / 'bin'}:/usr/bin:/bin", "TERM": "xterm", "LANG": "C.UTF-8",
               "ZDOTDIR": str(home), "FDELAB_STATE": str(paths.state()), "COLUMNS": "200"}  # fmt: skip
        self.master, slave = pty.openpty()
        # fish wants a terminal that is its own.
        argv = ["setsid", "--ctty", *argv]
        self.process = subprocess.Popen(argv, stdin=slave, stdout=slave, stderr=slave, env=env, cwd=cwd)
        os.close(slave)
        self.shown = ""

    def type(self, keys: str) -> None:
        """Press keys; what was shown before is forgotten."""
        self.shown = ""
        os.write(self.master, keys.encode())

    def shows(self, *texts: str) -> None:
        """Wait until the terminal has shown these."""
        end = time.monotonic() + WITHIN_S
        while not all(text in self.shown for text in texts):
            assert time.monotonic() < end, f"not {texts}, but: {self.shown!r}"
            if select.select([self.master], [], [], 0.2)[0]:
                self._answer(os.read(self.master, 65536).decode("utf-8", "replace"))

    def _answer(self, told: str) -> None:
        """Take in what came; fish asks the terminal what it is, and waits for a while where none answers."""
        if "\x1b[c" in told or "\x1b[0c" in told:
            os.write(self.master, b"\x1b[?62;c")
        self.shown += ESCAPES.sub("", told)

    def close(self) -> None:
        """End the shell."""
        self.process.kill()
        self.process.wait()
        os.close(self.master)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Within an engagement."""
    monkeypatch.setenv("FDELAB_STATE", str(tmp_path / "state"))
    return begin(find("promise-dates"), tmp_path / "mine")[0].workspace


@pytest.fixture(params=STARTS)
def shell(request: pytest.FixtureRequest, tmp_path: Path, workspace: Path) -> Iterator[Terminal]:
    """Each shell, with the line in its start file that switches completion on."""
    name: str = request.param
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    start, argv = STARTS[name]
    home = tmp_path / "home"
    file = home / start.removeprefix("~/")
    file.parent.mkdir(parents=True)
    (home / "bin").mkdir()
    (home / "bin" / "fdelab").symlink_to(FDELAB)
    file.write_text(f"{BEFORE[name]}\n{COMPLETION[start]}\n")
    terminal = Terminal([*argv, str(file), "-i"] if name == "bash" else argv, home, workspace)
    try:
        terminal.shows("ready> ")
        yield terminal
    finally:
        terminal.close()


def test_one_name_is_completed_and_several_are_listed(shell: Terminal) -> None:
    shell.type("fdelab start promise-\t")
    shell.shows("fdelab start promise-dates")
    shell.type("\x15fdelab ask \t\t")
    shell.shows("lena", "dieter")
    shell.type("\x15fdelab stat\t")
    shell.shows("fdelab status")
