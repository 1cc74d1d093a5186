"""Looks for the seed, the truth and the token wherever it may read: environment, command lines, memory, files."""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import suppress

from app import toy

WORTH_IT = re.compile(
    r"(world|run|field|scenario|calibration|report|keeper|guests|site)\.(json|yaml|log)|.*\.jsonl|.*secret.*"
)
EACH = 25
"""Places, after which it tells what it has found so far: the lap may be over soon."""
LEFT_OUT = ("/proc", "/sys", "/usr", "/opt/workbench", "/opt/site/lib", "/lib")


def read(path: str) -> str:
    with suppress(OSError), open(path, "rb") as file:
        return file.read(1 << 16).decode("latin-1")
    return ""


def processes() -> Iterator[tuple[str, str]]:
    for pid in filter(str.isdigit, os.listdir("/proc")):
        for name in ("cmdline", "environ", "maps", "mem", "cwd/world.json", "root/world/world.json", "fd/0", "fd/3"):
            if pid != str(os.getpid()) or name in ("cmdline", "environ"):
                yield f"{pid} {name}", read(f"/proc/{pid}/{name}")


def files() -> Iterator[tuple[str, str]]:
    for place, folders, names in os.walk("/"):
        folders[:] = [name for name in folders if not os.path.join(place, name).startswith(LEFT_OUT)]
        for name in names:
            path = os.path.join(place, name)
            if "/app/" not in f"{path}/" and not place.startswith("/dev"):
                yield path, read(path)


def searched() -> Iterator[tuple[str, str]]:
    """Where it looks, and what it finds there; what is most promising first."""
    yield "env", repr(os.environ)
    yield "argv", repr(sys.orig_argv)
    yield from processes()
    yield from files()


def look() -> None:
    read, numbers, bearers, secrets = 0, set[str](), list[str](), list[str]()
    for count, (where, text) in enumerate(searched()):
        read += bool(text)
        numbers |= set(re.findall(r"(?<!\d)\d{9}(?!\d)", text))
        if re.search(r"Bearer|\"token\"|\"seed\"", text):
            bearers.append(where)
        if text and WORTH_IT.fullmatch(os.path.basename(where)):
            secrets.append(where)
        if count % EACH == EACH - 1:
            tell(read, numbers, bearers, secrets)
    tell(read, numbers, bearers, secrets)


def tell(read: int, numbers: set[str], bearers: list[str], secrets: list[str]) -> None:
    """What was found so far."""
    toy.tell("read", read)
    toy.tell("numbers", sorted(numbers)[:1000])
    toy.tell("bearers", bearers)
    toy.tell("files", secrets)


toy.in_the_lap(look)
toy.serve(toy.sorry)
