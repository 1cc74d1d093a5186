"""Transcripts: commands as a person types them, and what must come of each; in the style of Go's testscript.

    # a comment
    env NAME=VALUE          for all that follows; $HOME and the like stand for their values
    cd DIR
    exec fdelab list        must end with 0; `! exec …` must not, and `exec[2] …` must end with that very code
    stdout REGEX            the last command printed it; `! stdout REGEX`: it did not
    stderr REGEX            the same of what it said beside its data
    exists PATH             `! exists PATH`: it is not there
    finally COMMAND…        is run in the end, whatever became of the rest

The first line that does not hold ends it. Each runs in a folder of its own, which is $HOME too, with a state folder of
its own; $ROOT is this project.
"""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_LINE = re.compile(r"(! )?(exec|stdout|stderr|exists|cd|env|finally)(?:\[(\d+)\])?\s+(.*)")
_ROOT = Path(__file__).parents[1]
_TIMEOUT_S = 240.0


class Broken(AssertionError):
    """A line of a transcript does not hold."""


@dataclass
class Session:
    """One transcript that is being played, from the folder `cwd` on."""

    cwd: Path
    env: dict[str, str]
    done: "subprocess.CompletedProcess[str] | None" = None
    finally_: list[str] = field(default_factory=list)

    def play(self, line: str) -> None:
        """Carry out one line. Raises `Broken` where it does not hold, and `ValueError` where it is no line."""
        found = _LINE.fullmatch(line)
        if found is None:
            raise ValueError(f"not a line of a transcript: {line}")
        negated, verb, code, rest = found[1] is not None, found[2], found[3], found[4]
        getattr(self, f"_{verb}")(rest, negated, code)

    def close(self) -> None:
        """Run what was put off."""
        for command in self.finally_:
            self._run(command)

    def _words(self, text: str) -> list[str]:
        return [re.sub(r"\$(\w+)", lambda name: self.env.get(name[1], ""), word) for word in shlex.split(text)]

    def _run(self, command: str) -> "subprocess.CompletedProcess[str]":
        words = self._words(command)
        return subprocess.run(
            words,
            cwd=self.cwd,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            stdin=subprocess.DEVNULL,
        )

    def _exec(self, command: str, negated: bool, code: str | None) -> None:
        self.done = done = self._run(command)
        right = done.returncode == int(code) if code else (done.returncode == 0) is not negated
        if not right:
            raise Broken(f"{command} ended with {done.returncode}\n{done.stdout}{done.stderr}")

    def _stdout(self, pattern: str, negated: bool, _code: str | None) -> None:
        self._printed("stdout", pattern, negated)

    def _stderr(self, pattern: str, negated: bool, _code: str | None) -> None:
        self._printed("stderr", pattern, negated)

    def _printed(self, stream: str, pattern: str, negated: bool) -> None:
        if self.done is None:
            raise ValueError(f"{stream} before any exec")
        text: str = getattr(self.done, stream)
        if (re.search(pattern, text, re.MULTILINE) is None) is not negated:
            raise Broken(f"{'! ' * negated}{stream} {pattern}\n{self.done.stdout}{self.done.stderr}")

    def _exists(self, path: str, negated: bool, _code: str | None) -> None:
        (place,) = self._words(path)
        if (self.cwd / place).exists() is negated:
            raise Broken(f"{place} is {'' if negated else 'not '}there")

    def _cd(self, path: str, _negated: bool, _code: str | None) -> None:
        (place,) = self._words(path)
        self.cwd = self.cwd / place

    def _env(self, text: str, _negated: bool, _code: str | None) -> None:
        name, _, value = text.partition("=")
        self.env[name] = value

    def _finally(self, command: str, _negated: bool, _code: str | None) -> None:
        self.finally_.append(command)


def lines(transcript: str) -> dict[int, str]:
    """What is to be done, by line number, without comments."""
    every = enumerate(transcript.splitlines(), 1)
    return {number: line for number, line in every if line.strip() and not line.startswith("#")}


def play(transcript: str, folder: Path, given: Mapping[str, str] = os.environ) -> None:
    """Play a transcript in `folder`. Raises `Broken`, with the number of the line that does not hold."""
    tools = f"{Path(sys.executable).parent}{os.pathsep}{given.get('PATH', '')}"
    own = {"HOME": str(folder), "FDELAB_STATE": str(folder / "state"), "ROOT": str(_ROOT), "PATH": tools}
    session = Session(folder, {**given, **own})
    try:
        for number, line in lines(transcript).items():
            try:
                session.play(line)
            except (AssertionError, ValueError) as error:
                raise Broken(f"line {number}: {error}") from error
    finally:
        session.close()
