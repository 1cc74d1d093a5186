"""`python tools/install.py PYTHON ARGUMENT…`: `PYTHON -m pip install ARGUMENT…`, with a line for what takes long.

For whoever sets fdelab up: pip says either nothing or several hundred lines. Here every large file is named with its
size when it begins, a sign of life comes when one takes long, and the end tells what took how long. What pip complains
of is shown as it is, and all that it said where it fails. Only the standard library: it runs before anything is there.
"""

import queue
import re
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator

LARGE = 1.0
"""Megabytes from which a file is named."""
SIGN, SELDOM = 15.0, 60.0
"""Seconds without a word after which one is said, the first time and, as each wait doubles, at the most."""
LAST_LINES = 30
SLOWEST = 3
_FETCHES = re.compile(r"\s+Downloading (\S+)(?:\.metadata)? \(([\d.]+) (bytes|kB|MB|GB)\)")
_SIZES = {"bytes": 1e-6, "kB": 1e-3, "MB": 1.0, "GB": 1e3}


class Story:
    """What pip's lines come to."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.packages = 0
        self.doing = "looking up what is needed"
        self.since = self.began
        self.took: dict[str, float] = {}
        self.megabytes = 0.0

    def hear(self, line: str) -> str | None:
        """Take a line of pip's; returns what a person should read now."""
        if line.startswith("Collecting "):
            self.packages += 1
            self._now("looking up what is needed")
        elif line.startswith("Installing collected packages"):
            self._now(f"unpacking {line.count(',') + 1} packages")
            return self.doing
        elif found := _FETCHES.match(line):
            megabytes = float(found[2]) * _SIZES[found[3]]
            name = "-".join(found[1].rpartition("/")[2].split("-")[:2])
            self.megabytes += megabytes
            self._now(f"fetching {name}, {megabytes:.1f} MB (package {self.packages})")
            return self.doing if megabytes >= LARGE else None
        return None

    def _now(self, doing: str) -> None:
        now = time.monotonic()
        self.took[self.doing] = self.took.get(self.doing, 0.0) + now - self.since
        self.doing, self.since = doing, now

    def sign(self) -> str:
        """Print a sign of life."""
        return f"still {self.doing}: {time.monotonic() - self.since:.0f} s"

    def end(self) -> str:
        """Print what it took."""
        self._now("")
        longest = sorted(self.took.items(), key=lambda item: -item[1])[:SLOWEST]
        slow = ", ".join(f"{what.partition(' (')[0]} {seconds:.0f} s" for what, seconds in longest if seconds >= 1)
        fetched = f" ({self.megabytes:.0f} MB fetched)" if self.megabytes >= LARGE else ""
        return f"took {time.monotonic() - self.began:.0f} s{fetched}{f'; slowest: {slow}' if slow else ''}"


def lines(pip: "subprocess.Popen[str]") -> Iterator[str | None]:
    """Its lines as they come, and None whenever nothing came for a while."""
    arrived: queue.Queue[str | None] = queue.Queue()

    def read() -> None:
        assert pip.stdout is not None
        for line in pip.stdout:
            arrived.put(line.rstrip("\n"))
        arrived.put(None)

    threading.Thread(target=read, daemon=True).start()
    patience = SIGN
    while True:
        try:
            line = arrived.get(timeout=patience)
        except queue.Empty:
            patience = min(2 * patience, SELDOM)
            yield None
            continue
        patience = SIGN
        if line is None:
            return
        yield line


def _say(line: str) -> None:
    sys.stdout.write(f"  {line}\n")
    sys.stdout.flush()


def main(python: str, *arguments: str) -> int:
    """Install; returns pip's exit code."""
    command = [python, "-m", "pip", "--disable-pip-version-check", "install", "--progress-bar", "off", *arguments]
    story, last = Story(), deque[str](maxlen=LAST_LINES)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, errors="replace") as pip:
        for line in lines(pip):
            if line is not None:
                last.append(line)
            said = story.sign() if line is None else story.hear(line)
            if said is not None:
                _say(said)
    if pip.returncode != 0:
        sys.stderr.write("\n".join([*last, ""]))
    else:
        _say(story.end())
    return pip.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
