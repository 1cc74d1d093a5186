"""What strangers do to a scenario's folder, each with a piece of what is said of it."""

import gzip
import os
import re
import socket
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

SECRET = "root:x:0:0"
"""Begins a file that everybody has, and that no scenario may show."""
_ESCAPE = r'"\e[31mRed\e[2J"'
_MIB = 2**20


class Hostile(NamedTuple):
    """One folder: what was done to a sound one, and what is said of that."""

    make: Callable[[Path], None]
    said: str


def _linked(name: str, to: str = "/etc/passwd") -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        place = folder / name
        if place.is_dir():
            place.rename(place.with_name(f"{place.name}.was"))
        place.unlink(missing_ok=True)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(to)

    return make


def _pipe(name: str) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(folder / name)

    return make


def _socket(folder: Path) -> None:
    here = Path.cwd()
    os.chdir(folder / "workspace")  # a socket's path is short
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("s")
    finally:
        os.chdir(here)


def _bomb(folder: Path) -> None:
    """Three megabytes that are three gigabytes."""
    (folder / "incident.tar.gz").write_bytes(gzip.compress(bytes(64 * _MIB)) * 48)


def _wrote(name: str, data: bytes) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)

    return make


def _sparse(folder: Path) -> None:
    with (folder / "workspace" / "large").open("wb") as file:
        file.truncate(40 * 2**30)


def _many(folder: Path) -> None:
    for number in range(6_000):
        (folder / "workspace" / f"{number}").touch()


def _deep(folder: Path) -> None:
    (folder / "workspace" / "/".join("d" * 40)).mkdir(parents=True)


def _shortcuts(folder: Path) -> None:
    for number in range(60):
        (folder / "shortcuts" / f"s{number}").mkdir()


def _says(key: str, value: str) -> Callable[[Path], None]:
    """The scenario file with another value at the first line that has this key."""

    def make(folder: Path) -> None:
        file = folder / "scenario.yaml"
        text, count = re.subn(rf"\b{key}: [^,}}\n]*", lambda _m: f"{key}: {value}", file.read_text("utf-8"), count=1)
        assert count == 1, key
        file.write_text(text, "utf-8")

    return make


def _adds(text: str) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        with (folder / "scenario.yaml").open("a", encoding="utf-8") as file:
            file.write(f"\n{text}\n")

    return make


def _asks(*questions: str) -> Callable[[Path], None]:
    """More checks, each with a question of its own."""
    check = "  - {{id: c{}, family: data, expect: '== 0', says: x, sql: '{}'}}\n"
    more = "".join(check.format(number, sql) for number, sql in enumerate(questions))

    def make(folder: Path) -> None:
        file = folder / "scenario.yaml"
        file.write_text(file.read_text("utf-8").replace("\nchecks:\n", f"\nchecks:\n{more}", 1), "utf-8")

    return make


def _laughs() -> str:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 20)]
    return "\n".join(rows)


_ENDLESS = "select count(*) + (select count(*) from range(1000000000000)) from requests"
_HUGE = "select count(*) + (select count(*) from range(1000000000000) a, range(1000000000000) b) from requests"
_KEYS = [f"k{n}: {n}" for n in range(45_000)]

FOLDERS: dict[str, Hostile] = {
    "briefing is a link": Hostile(_linked("briefing.md"), "briefing.md: is a symbolic link"),
    "debrief is a link": Hostile(_linked("debrief.md"), "debrief.md: is a symbolic link"),
    "guide is a link": Hostile(_linked("guide.yaml"), "guide.yaml: is a symbolic link"),
    "calibration is a link": Hostile(_linked("calibration.json"), "calibration.json: is a symbolic link"),
    "incident is a link": Hostile(_linked("incident.tar.gz"), "incident.tar.gz: is a symbolic link"),
    "incident never ends": Hostile(_linked("incident.tar.gz", "/dev/zero"), "incident.tar.gz: is a symbolic link"),
    "scenario is a link": Hostile(_linked("scenario.yaml"), "scenario.yaml: is a symbolic link"),
    "workspace is a link": Hostile(_linked("workspace", "/etc"), "workspace: is a symbolic link"),
    "workspace is everything": Hostile(_linked("workspace", "/"), "workspace: is a symbolic link"),
    "a file is a link": Hostile(_linked("workspace/shop.py"), "workspace/shop.py: is a symbolic link"),
    "a folder is a link": Hostile(_linked("workspace/etc", "/etc"), "workspace/etc: is a symbolic link"),
    "a link to itself": Hostile(_linked("workspace/loop", "loop"), "workspace/loop: is a symbolic link"),
    "solution is a link": Hostile(_linked("solution", "/etc"), "solution: is a symbolic link"),
    "site is a link": Hostile(_linked("site", "/etc"), "site: is a symbolic link"),
    "shortcuts are a link": Hostile(_linked("shortcuts", "/proc"), "shortcuts: is a symbolic link"),
    "a shortcut is a link": Hostile(_linked("shortcuts/a/shortcut.yaml"), "shortcut.yaml: is a symbolic link"),
    "a pipe in the workspace": Hostile(_pipe("workspace/pipe"), "workspace/pipe: is not a regular file"),
    "briefing is a pipe": Hostile(_pipe("briefing.md"), "briefing.md: is not a regular file"),
    "incident is a pipe": Hostile(_pipe("incident.tar.gz"), "incident.tar.gz: is not a regular file"),
    "calibration is a pipe": Hostile(_pipe("calibration.json"), "calibration.json: is not a regular file"),
    "a shortcut is a pipe": Hostile(_pipe("shortcuts/a/shortcut.yaml"), "shortcut.yaml: is not a regular file"),
    "a socket": Hostile(_socket, "workspace/s: is not a regular file"),
    "gzip bomb": Hostile(_bomb, "incident.tar.gz: unpacks to more than 256 MiB"),
    "incident is no archive": Hostile(_wrote("incident.tar.gz", b"no"), "incident.tar.gz: cannot be unpacked"),
    "a file of 40 GiB": Hostile(_sparse, "workspace/large: is larger than 32 MiB"),
    "too many files": Hostile(_many, "holds more than 5,000 files and folders"),
    "too deep": Hostile(_deep, "lies more than 24 folders deep"),
    "too many shortcuts": Hostile(_shortcuts, "holds more than 40 shortcuts"),
    "an escape in a file's name": Hostile(_wrote("workspace/\x1b[31mred", b""), "is no printable file name"),
    "an escape in the title": Hostile(_says("title", _ESCAPE), "scenario.yaml:2:8: holds the control character U+001B"),
    "an escape in a key": Hostile(_adds(f"{_ESCAPE}: 1"), "holds the control character U+001B"),
    "text that turns round": Hostile(_says("title", r'"a\u202eb"'), ":2:8: holds the control character U+202E"),
    "a title of two lines": Hostile(_says("title", r'"a\nb"'), ":2:8: title: is to stand on one line"),
    "an endless title": Hostile(_says("title", "x" * 40_000), ":2:8: title: 'xxx"),
    "an endless id": Hostile(_says("id", "x" * 40_000), ":1:5: id: 'xxx"),
    "an endless name": Hostile(_says("workload", "x" * 40_000), "workload: 'xxx"),
    "an endless key": Hostile(_adds(f"people: {{{'x' * 900}: 1}}"), "stands here twice"),
    "infinite weight": Hostile(_says("weight", ".inf"), "'.inf' is out of the range of numbers"),
    "no number": Hostile(_says("weight", ".nan"), "'.nan' is out of the range of numbers"),
    "a float that overflows": Hostile(_says("weight", "1e999"), "'1e999' is out of the range of numbers"),
    "a hex number": Hostile(_says("minutes", f"0x{'f' * 5_000}"), "is out of the range of numbers"),
    "an octal number": Hostile(_says("minutes", f"0o{'7' * 90_000}"), "is out of the range of numbers"),
    "a long number": Hostile(_says("minutes", "9" * 90_000), "is out of the range of numbers"),
    "too much traffic": Hostile(_says("rate", "100000/s"), "rate: '100000/s' is more than 1000/s"),
    "endless digits": Hostile(_says("rate", f"{'9' * 90_000}/s"), "is not a rate such as 20/s"),
    "a phase of a day": Hostile(_says("lasts", "24h"), "lasts: '24h' is more than 1h"),
    "a long lap": Hostile(_says("lasts", "59m"), "1,800 s is the most"),
    "too much memory": Hostile(_says("memory", "9999g"), "memory: '9999g' is more than 64g"),
    "the end of time": Hostile(_says("starts", "9999-12-31T23:59:59"), "9999-12-31 is not between 1970 and 2199"),
    "the begin of time": Hostile(_says("starts", "0001-01-01T00:00:00"), "1-01-01 is not between 1970 and 2199"),
    "a glob of folders": Hostile(_says("editable", f'["{"**/" * 60}x"'), "has `**` more than 3 times"),
    "billion laughs": Hostile(_adds(_laughs()), "aliases make this more than 50,000 values"),
    "nested": Hostile(_adds(f"x: {'[' * 400_000}"), "is nested more than 64 deep"),
    "unknown keys": Hostile(_adds("\n".join(_KEYS)), "is in a block of more than 5,000 values"),
    "fewer unknown keys": Hostile(_adds("\n".join(_KEYS[:4_500])), "more things do not fit"),
    "one key again and again": Hostile(_adds("x: 1\n" * 24_000), "is in a block of more than 5,000 values"),
    "two keys": Hostile(_adds("x: 1\n" * 4_500), "stands here twice"),
    "two million bytes": Hostile(_adds("# " + "x" * 2 * _MIB), "is larger than 1 MiB"),
    "too many checks": Hostile(_asks(*["select 0"] * 300), "checks: may have at most 100"),
    "a question without end": Hostile(_asks(_ENDLESS), "takes more than 1 s of CPU"),
    "a question without bounds": Hostile(_asks(_HUGE), "takes more than 256MB of memory"),
    "questions without end": Hostile(_asks(*[_ENDLESS] * 20), "was not asked: those before it took too long"),
    "a question in brackets": Hostile(_asks(f"select {'(' * 9_000}0{')' * 9_000}"), "Parser Error"),
    "a tab and a long line": Hostile(_adds("\t" + "[{" * 300_000), "scenario.yaml:"),
    "a calibration that nests": Hostile(_wrote("calibration.json", b"[" * 900_000), ""),
}
