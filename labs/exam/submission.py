"""A submission: the scenario's own workspace, with the learner's editable files over it.

Only files that match the scenario's `editable` globs are taken, so a submission can change nothing else, whatever
is in the learner's folder. What cannot be taken safely is refused with the reason, never skipped in silence.
"""

import os
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from labs.base.errors import SubmissionInvalid
from labs.library.catalogue import UNTOUCHED, Entry
from scenarios.brief import text_of
from scenarios.folder import BRIEF
from scenarios.globs import matches, pattern
from scenarios.plain import printable

MAX_BYTES = 20 * 2**20
MAX_FILES = 2_000
MAX_ENTRIES = 50_000
"""Directory entries looked at before a folder counts as too large to be a workspace."""

MAX_DEPTH = 24
"""Folders within folders; real deployments have a handful."""

MAX_REMARKS = 20
"""Files that are not taken, of which as many are named one by one."""

_REPOSITORY = frozenset({"HEAD", "objects", "refs"})
"""What makes a folder a git repository, whatever its name."""

IGNORED = frozenset(
    {".git", ".venv", "venv", "node_modules", "__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".DS_Store"}
)
"""Names that are never part of a deployment: history, environments, and what tools leave behind."""

UNTOLD = IGNORED | {".github", ".gitlab-ci.yml", ".gitignore", ".gitattributes", ".idea", ".vscode"}
"""Names that nobody expects to be part of it: they are left out without a word."""


@dataclass(frozen=True)
class Collected:
    """What became of a learner's folder; paths are relative to it, with `/`."""

    taken: tuple[str, ...]
    """Editable files that are in the submission."""
    changed: tuple[str, ...]
    """Those that differ from the scenario's own, or are new, or were deleted."""
    ignored: tuple[str, ...]
    """Files of the scenario that the learner changed although they are not editable: the original is used."""
    left_out: tuple[str, ...] = ()
    """What else is there and not editable; of folders that hold nothing else only the name."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """A sentence on each file that is not taken, so that nobody waits for what it would do."""
        said = [f"{path} is not editable: the original is used" for path in self.ignored]
        said += [f"{path} is not editable: it is left out" for path in self.left_out]
        more = len(said) - MAX_REMARKS
        return (*said[:MAX_REMARKS], *([f"and {more:,} more are not editable"] if more > 0 else ()))


def _may_hold(folder: str, globs: Sequence[str]) -> bool:
    """Whether a file below `folder` could match: saves walking what nobody asks for, such as a `.venv`."""
    names = folder.split("/")
    for glob in globs:
        parts = glob.split("/")
        depth = next((i for i, part in enumerate(parts) if part == "**"), len(parts))
        if depth == len(parts) and len(names) >= len(parts):
            continue
        if all(pattern(part).fullmatch(name) for part, name in zip(parts[:depth], names, strict=False)):
            return True
    return False


def _walk(root: Path, globs: Sequence[str]) -> Iterator[tuple[str, os.stat_result]]:
    """Regular files below `root` that match, in order. Raises `SubmissionInvalid` on what cannot be taken."""
    folders, seen = [""], 0
    while folders:
        folder = folders.pop()
        entries = _entries(root / folder)
        _refuse_folder(folder or str(root), folder.count("/"), {entry.name for entry in entries})
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if (seen := seen + 1) > MAX_ENTRIES:
                raise SubmissionInvalid(f"{root} holds more than {MAX_ENTRIES:,} files and folders", _SMALLER)
            if entry.name in IGNORED or entry.name.endswith(".pyc"):
                continue
            wanted, through = matches(path, globs), _may_hold(path, globs)
            if not (wanted or through):
                continue
            found = entry.stat(follow_symlinks=False)
            if stat.S_ISDIR(found.st_mode):
                if through:
                    _refuse_unprintable(path)
                    folders.append(path)
            elif wanted or stat.S_ISLNK(found.st_mode):
                # First of all, so that no name can steer what the refusal is shown on.
                _refuse_unprintable(path)
                _refuse_unsafe(path, found)
                yield path, found


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        raise SubmissionInvalid(f"{folder} cannot be read: {error.strerror}", "check the folder's rights") from None


NO_LINKS = "give the folder itself: links are not followed"

_SMALLER = "point at the workspace itself, and keep data and environments out of the editable folders"


def _refuse_folder(folder: str, depth: int, names: set[str]) -> None:
    if depth >= MAX_DEPTH:
        top = folder.partition("/")[0]
        raise SubmissionInvalid(f"{top} holds folders more than {MAX_DEPTH} deep", "point at the workspace itself")
    if names >= _REPOSITORY:
        raise SubmissionInvalid(f"{folder} is a git repository under another name", "remove it: history is not taken")


def _refuse_unprintable(path: str) -> None:
    if not path.isprintable():
        raise SubmissionInvalid(f"{path!r} is no printable file name", "rename it")


def _refuse_unsafe(path: str, found: os.stat_result) -> None:
    if stat.S_ISLNK(found.st_mode):
        raise SubmissionInvalid(f"{path} is a symbolic link", "put the file itself there: links are not followed")
    if not stat.S_ISREG(found.st_mode):
        raise SubmissionInvalid(f"{path} is no regular file", "remove it from the workspace")
    if found.st_nlink > 1:
        raise SubmissionInvalid(f"{path} is a hard link to a file that has other names", "copy the file there instead")


def _refuse_twins(path: str, names: dict[str, str]) -> None:
    """Refuse a name that another one has where case, or how an accent is written, does not count."""
    parts = path.split("/")
    for end in range(1, len(parts) + 1):
        name = "/".join(parts[:end])
        other = names.setdefault(unicodedata.normalize("NFC", name).casefold(), name)
        if other != name:
            raise SubmissionInvalid(f"{other} and {name} are one name on other machines", "rename one of them")


def _checked(root: Path, globs: Sequence[str]) -> list[str]:
    paths: list[str] = []
    names: dict[str, str] = {}
    size = 0
    for path, found in _walk(root, globs):
        _refuse_twins(path, names)
        paths.append(path)
        size += found.st_size
        if len(paths) > MAX_FILES:
            raise SubmissionInvalid(f"the submission has more than {MAX_FILES:,} files", _SMALLER)
        if size > MAX_BYTES:
            raise SubmissionInvalid(f"the submission is larger than {MAX_BYTES // 2**20} MB", _SMALLER)
    return paths


def _read(path: Path) -> tuple[bytes, int]:
    """Return a regular file's bytes and mode; it is opened so that a link put there meanwhile is not followed."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise SubmissionInvalid(f"{path} cannot be read: {error.strerror}", "check the file and its rights") from None
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        os.close(descriptor)
        raise SubmissionInvalid(f"{path} is no regular file", "remove it from the workspace")
    with os.fdopen(descriptor, "rb") as file:
        data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise SubmissionInvalid(f"{path} is larger than {MAX_BYTES // 2**20} MB", _SMALLER)
        return data, found.st_mode


def make_readable(target: Path) -> None:
    """Every process may read a deployment, whatever the umask; folders that became empty go."""
    for place, _, _ in os.walk(target, topdown=False):
        folder = Path(place)
        if folder != target and not any(folder.iterdir()):
            folder.rmdir()
        else:
            folder.chmod(0o755)


def collect(entry: Entry, learner: Path, target: Path) -> Collected:
    """Make the new folder `target` from the scenario's workspace and the learner's folder.

    The learner's folder decides alone on editable files: one that is missing there is missing in the submission.
    Raises `SubmissionInvalid`.
    """
    editable = entry.scenario.deployment.editable
    if learner.is_file():
        raise SubmissionInvalid(f"{learner} is a file, and archives are not unpacked", "unpack it, and give the folder")
    if learner.is_symlink():
        raise SubmissionInvalid(f"{learner} is a symbolic link", NO_LINKS)
    if not learner.is_dir():
        raise SubmissionInvalid(f"{learner} is no folder", "give the folder that holds your workspace")
    learner = learner.resolve()
    paths = _checked(learner, editable)
    if not paths and not any(learner.iterdir()):
        raise SubmissionInvalid(f"{learner} is empty", _LINKED if _in_a_repository(learner) else "give another folder")
    if not paths:
        raise SubmissionInvalid(
            f"{learner} has none of the files that you may edit ({', '.join(editable)})",
            "give the folder that holds your workspace",
        )
    entry.materialise(UNTOUCHED, target)
    changed: list[str] = []
    for path in {path for path, _ in _walk(target, editable)} - set(paths):
        (target / path).unlink()
        changed.append(path)
    # A file may take the place of a folder of which nothing is left.
    make_readable(target)
    ignored, left_out = _not_taken(learner, target, editable)
    for path in paths:
        data, mode = _read(learner / path)
        if _place(target, path, data, mode):
            changed.append(path)
    make_readable(target)
    if BRIEF in changed and text_of(target) is None:
        # Nothing is in it but its template, which is dealt anew to each learner.
        changed.remove(BRIEF)
    return Collected(tuple(paths), tuple(sorted(changed)), ignored, left_out)


def _not_taken(learner: Path, original: Path, globs: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what of the learner's folder is not editable: (changed files of the scenario, all else), as far as told.

    Nothing is followed and nothing is refused: it is not taken.
    """
    changed: list[str] = []
    others: list[str] = []
    folders, seen = [""], 0
    while folders and seen <= MAX_ENTRIES:
        folder = folders.pop()
        try:
            entries = _entries(learner / folder)
        except SubmissionInvalid:
            continue
        for entry in entries:
            path, seen = f"{folder}/{entry.name}" if folder else entry.name, seen + 1
            if entry.name in UNTOLD or entry.name.endswith(".pyc") or matches(path, globs):
                continue
            if entry.is_dir(follow_symlinks=False):
                if (original / path).is_dir() or (_may_hold(path, globs) and path.count("/") < MAX_DEPTH):
                    folders.append(path)
                else:
                    (changed if (original / path).is_file() else others).append(path)
            elif not (original / path).is_file():
                others.append(path)
            elif _differs(original / path, learner / path):
                changed.append(path)
    return tuple(map(printable, sorted(changed))), tuple(map(printable, sorted(others)))


_LINKED = (
    "git records a repository within a repository, which a workspace is, as a link without files: remove .git in the "
    "workspace, then git rm --cached it, git add it again, and push"
)


def _in_a_repository(folder: Path) -> bool:
    return any((parent / ".git").exists() for parent in folder.parents)


def _place(target: Path, path: str, data: bytes, mode: int) -> bool:
    """Put a file into the submission; says whether that changed anything."""
    place = target / path
    try:
        changed = not place.is_file() or place.read_bytes() != data
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    except (FileExistsError, NotADirectoryError, IsADirectoryError):
        raise SubmissionInvalid(
            f"{path} stands where the workspace has a file or folder that is not editable", "rename it"
        ) from None
    place.chmod(0o755 if mode & stat.S_IXUSR else 0o644)
    return changed


def _differs(original: Path, theirs: Path) -> bool:
    try:
        return _read(theirs)[0] != original.read_bytes()
    except SubmissionInvalid:
        return True
