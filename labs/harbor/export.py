"""Write an engagement into a folder that Harbor takes as a task."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

import docker

import grader
import labs
import scenarios
from labs.base import fingerprint, paths
from labs.base.errors import UsageProblem, disk_full
from labs.base.files import must_be_new, remove_tree
from labs.engagement.engagement import begin
from labs.harbor import images, pages, verify
from labs.harbor.task import Kind, toml
from labs.library.catalogue import REFERENCE, Entry
from scenarios.variants import files

_OF_THE_LEARNER = ("briefing.md", "incident", "workspace")
_DEALT = 0
"""The number by which causes are shuffled, and an incident is dealt: every task has the same."""
_CODE = ((labs, "tui"), (grader, ""), (scenarios, "library"))
"""Packages, and the folder of each that no exam needs: what only a screen shows, and other engagements."""
_OURS = ("grader", "scenarios", "simulator")


@dataclass(frozen=True)
class Exported:
    """What was written."""

    folder: Path
    files: tuple[Path, ...]
    """All of them, within the folder."""


def export(entry: Entry, kind: Kind, folder: Path, called: Mapping[str, str]) -> Exported:
    """Write the task into a folder that is new or empty; `called` are the tags of the images `site` and `workbench`.

    The same engagement gives the same bytes. Raises `UsageProblem` where the folder is not empty or cannot be written,
    where a word of the engagement is another package's, and where there is no reference that could be the oracle;
    `CouldNotJudge` where the disk is full.
    """
    must_be_new(folder)
    _can_be_measured(entry)
    try:
        _write(entry, kind, folder, called)
        return Exported(folder, tuple(sorted(files(folder))))
    except OSError as error:
        raise disk_full(error) or UsageProblem(
            f"{folder} cannot be written: {error.strerror or error}", "choose another folder"
        ) from None


def _can_be_measured(entry: Entry) -> None:
    title = entry.scenario.title
    if REFERENCE not in entry.uses():
        raise UsageProblem(f"{title} has no reference, which a task needs as its oracle", "write one into `solution/`")
    brought = {name.partition(".")[0] for name in fingerprint.modules(entry.scenario)} - set(_OURS)
    if brought:
        raise UsageProblem(
            f"{title} uses words of another package ({', '.join(sorted(brought))}), which is in no image",
            "this engagement cannot be exported; `fdelab exam --runtime local` examines it here",
        )


def _write(entry: Entry, kind: Kind, folder: Path, called: Mapping[str, str]) -> None:
    families = sorted({check.family for check in entry.scenario.checks})
    _learners(entry, folder / "environment")
    there = [name for name in _OF_THE_LEARNER if (folder / "environment" / name).exists()]
    _examiners(entry, folder / "tests")
    entry.materialise(REFERENCE, folder / "solution" / "reference", _DEALT)
    texts = {
        "task.toml": toml(entry, kind),
        "instruction.md": pages.instruction(entry, there),
        "README.md": pages.readme(entry, kind, dict(called), families),
        "environment/Dockerfile": images.agent(called["workbench"], there),
        f"environment/workspace/{verify.SENTINEL}": f"{entry.scenario.id}\n",
        "tests/Dockerfile": images.verifier(called["site"]),
        "tests/test.sh": images.test(entry.scenario.id, families),
        "tests/verify.py": Path(verify.__file__).read_text("utf-8"),
        "solution/solve.sh": images.SOLVE,
    }
    if kind.offline:
        texts |= {f"{place}/docker-compose.yaml": images.COMPOSE for place in ("environment", "tests")}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o755 if name.endswith(".sh") else 0o644)


def _learners(entry: Entry, place: Path) -> None:
    """Write what `fdelab start --files-only` gives a learner, without what tells when that was, and where."""
    scratch = Path(tempfile.mkdtemp(prefix="fdelab-"))
    try:
        engagement, _ = begin(entry, scratch / "engagement", seed=_DEALT)
        for name in _OF_THE_LEARNER:
            if (engagement.folder / name).exists():
                _copied(engagement.folder / name, place / name)
    finally:
        remove_tree(scratch)


def _examiners(entry: Entry, place: Path) -> None:
    """Write what judges, beside what the site's image has: code, the engine's SDK that it imports, the engagement."""
    ours = place / "fdelab"
    for package, without in _CODE:
        _copied(Path(package.__path__[0]), ours / package.__name__, without)
    _copied(entry.folder, ours / "scenarios" / "library" / entry.scenario.id)
    _copied(paths.curriculum(), ours / "curriculum", "ci")
    _copied(Path(docker.__path__[0]), ours / "docker")
    for file in distribution("docker").files or ():
        if file.name.startswith("LICENSE"):
            _file(Path(str(file.locate())), ours / "docker" / file.name)


def _copied(source: Path, target: Path, without: str = "") -> None:
    """Copy a file, or a folder's regular files but those below its folder `without`."""
    for file in [Path()] if source.is_file() else _regular(source):
        if file.parts[:1] != (without,):
            _file(source / file, target / file)


def _regular(folder: Path) -> Iterator[Path]:
    return (file for file in files(folder) if (folder / file).is_file() and not (folder / file).is_symlink())


def _file(source: Path, target: Path) -> None:
    """Copy one file; whoever may run it may do so there, and everybody may read it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(0o755 if source.stat().st_mode & 0o100 else 0o644)
