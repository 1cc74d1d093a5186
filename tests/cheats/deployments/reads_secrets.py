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


def look() -> None:
    said = [("env", repr(os.environ)), ("argv", repr(sys.orig_argv)), *processes(), *files()]
    toy.tell("read", sum(bool(text) for _, text in said))
    numbers = {number for _, text in said for number in re.findall(r"(?<!\d)\d{9}(?!\d)", text)}
    toy.tell("numbers", sorted(numbers)[:1000])
    toy.tell("bearers", [where for where, text in said if re.search(r"Bearer|\"token\"|\"seed\"", text)])
    toy.tell("files", [where for where, text in said if text and WORTH_IT.fullmatch(os.path.basename(where))])


toy.in_the_lap(look)
toy.serve(toy.sorry)
