"""A package of one's own that adds words, begun from a template with one of each kind."""

import importlib.util
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from labs.base.errors import UsageProblem
from labs.base.files import must_be_new

_TEMPLATE = Path(__file__).with_name("plug_in_template")
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST = 60


@dataclass(frozen=True)
class Kind:
    """A kind of word that a package may add, and the template's word of that kind."""

    group: str
    """The entry points."""
    word: str
    files: tuple[str, ...]
    """Files of the template's package, the first of which has the object."""


KINDS = {
    "part": Kind("fdelab.parts", "door-counter", ("part.py", "part_server.py")),
    "workload": Kind("fdelab.workloads", "door-visitors", ("workload.py", "door.yaml")),
    "fault": Kind("fdelab.faults", "retired", ("fault.py",)),
    "process-fault": Kind("fdelab.process_faults", "lid-closed", ("process_fault.py",)),
    "measure": Kind("fdelab.measures", "spread", ("measure.py",)),
    "column": Kind("fdelab.columns", "plate", ("column.py",)),
    "dirt": Kind("fdelab.dirt", "caps-lock", ("dirt.py",)),
    "settlement": Kind("fdelab.settlements", "written-once", ("settlement.py",)),
}


def begin_plug_in(folder: Path, kinds: Sequence[str] = ()) -> list[Path]:
    """Write a package with a word of each of these kinds, or of all, and return its files.

    The folder's name is the package's. Raises `UsageProblem` for a name that cannot be one or is taken, for a folder
    that is not empty, and for an unknown kind.
    """
    name = folder.name
    package = name.replace("-", "_")
    if len(name) > _LONGEST or not _NAME.fullmatch(name):
        raise UsageProblem(f"{name!r} is no name of a package", "small letters, digits and hyphens: fdelab-cranes")
    if importlib.util.find_spec(package) is not None:
        raise UsageProblem(f"there is a package {package} already", "choose another name")
    must_be_new(folder)
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown:
        raise UsageProblem(f"there is no kind {unknown[0]!r}", f"there are: {', '.join(KINDS)}")
    chosen = {kind: KINDS[kind] for kind in KINDS if kind in kinds or not kinds}
    files = {
        # Under their own names, tools of this project would take them for its own.
        "pyproject.toml.txt": "pyproject.toml",
        "README.md": "README.md",
        "tests/test_words.py.txt": "tests/test_words.py",
        "package/__init__.py": f"{package}/__init__.py",
    } | {f"package/{file}": f"{package}/{file}" for one in chosen.values() for file in one.files}
    said = _said(name, package, chosen)
    return [_copied(_TEMPLATE / source, folder / target, said) for source, target in files.items()]


def _said(name: str, package: str, chosen: dict[str, Kind]) -> dict[str, str]:
    """Return what stands in the place of each `{name}` of the template."""
    ours = version("fdelab")
    major, minor, *_ = (int(part) for part in re.findall(r"\d+", ours))
    points = "".join(
        f'\n[project.entry-points."{kind.group}"]\n'
        f'{kind.word} = "{package}.{kind.files[0].removesuffix(".py")}:{noun.upper().replace("-", "_")}"\n'
        for noun, kind in chosen.items()
    )
    return {
        "{distribution}": name,
        "{package}": package,
        "{versions}": f">={ours},<{major}.{minor + 1}",
        "{points}": points,
        "{words}": '", "'.join(f"{kind.group}={kind.word}" for kind in chosen.values()),
        "{shown}": "\n".join(f"fdelab scenario words {kind.word}" for kind in chosen.values()),
    }


def _copied(source: Path, target: Path, said: dict[str, str]) -> Path:
    text = source.read_text("utf-8")
    for mark, stands in said.items():
        text = text.replace(mark, stands)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, "utf-8")
    return target
