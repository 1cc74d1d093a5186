"""Which scenarios a test run examines: those that were changed, and others by turns, so that each comes up in time.

make test                all that changed, and some of the others: another commit, or another day, others
make library             all of them
make library SHARD=1/4   the first quarter of them, for one of four machines
"""

import hashlib
import os
import re
import subprocess
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
WHICH = "FDELAB_LIBRARY"
"""Environment variable: `all`, a part of all such as `1/4`; else by turns."""
TURN = "FDELAB_TURN"
"""Environment variable with the turn, so that all workers of a run have the same one."""
LEAST = 3
EACH = 4
"""One in so many has its turn, and at least `LEAST`."""
_DAY_S = 86_400.0


def turn() -> int:
    """Which turn it is: one further with every commit, and with every day."""
    commits = _git("rev-list", "--count", "--first-parent", "HEAD")
    return (int(commits[0]) if commits else 0) + int(time.time() // _DAY_S)


def changed_files() -> tuple[str, ...] | None:
    """What the last commit (a merge: all that it brought) and the working tree changed, relative to the project.

    None where nobody can tell: there is no git here, or no commit before.
    """
    tracked, new = _git("diff", "--name-only", "HEAD~1"), _git("ls-files", "--others", "--exclude-standard")
    return None if tracked is None or new is None else (*tracked, *new)


def _git(*argv: str) -> tuple[str, ...] | None:
    try:
        done = subprocess.run(["git", *argv], cwd=ROOT, capture_output=True, text=True)
    except OSError:
        return None
    return tuple(done.stdout.splitlines()) if done.returncode == 0 else None


def changed(files: Iterable[str] | None, concerned: Mapping[str, Collection[str]]) -> set[str]:
    """The scenarios that a change of these files concerns, given the code that each has for itself.

    Code that every scenario shares concerns none more than another: that is for those whose turn it is. All of them
    where it is not known what changed.
    """
    if files is None:
        return set(concerned)
    return {slug for slug, code in concerned.items() for file in files if _of(slug, file) or file in code}


def _of(slug: str, file: str) -> bool:
    return file.startswith((f"scenarios/library/{slug}/", f"tests/scenarios/{slug.replace('-', '_')}/"))


def by_turns(hashes: Mapping[str, str], turn: int) -> set[str]:
    """The scenarios whose turn it is, in an order by content: of 20 scenarios 5, and each in one of 4 turns."""
    order = sorted(hashes, key=lambda slug: hashlib.sha256(hashes[slug].encode()).digest())
    count = min(len(order), max(LEAST, -(-len(order) // EACH)))
    return {order[(turn * count + n) % len(order)] for n in range(count)}


def part(names: Sequence[str], which: str) -> list[str]:
    """`2/4` of them: every fourth, from the second on. Raises `ValueError` for what is no such part."""
    said = re.fullmatch(r"([1-9]\d*)/([1-9]\d*)", which)
    if said is None or int(said[1]) > int(said[2]):
        raise ValueError(f"{WHICH} is 'all' or a part such as 1/4, not {which!r}")
    return sorted(names)[int(said[1]) - 1 :: int(said[2])]


@cache
def chosen() -> tuple[str, ...]:
    """The scenarios to examine, as the environment asks for."""
    from labs.base.fingerprint import relevant
    from labs.library.catalogue import find, slugs

    which, known = os.environ.get(WHICH, ""), slugs()
    if which:
        return tuple(known if which == "all" else part(known, which))
    entries = {slug: find(slug) for slug in known}
    files = changed_files()
    concerned = relevant({slug: entry.scenario for slug, entry in entries.items()})
    now = by_turns({slug: entry.hash for slug, entry in entries.items()}, int(os.environ.get(TURN) or turn()))
    return tuple(sorted(now | changed(files, concerned)))
