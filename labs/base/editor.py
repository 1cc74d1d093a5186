"""Which editor opens a workspace, and how: people have their own, and a bare machine may have none."""

import os
import shlex
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath

from labs.base.errors import UsageProblem
from scenarios.globs import matches
from scenarios.variants import files

EDITORS = ("nano", "vim", "vi")
"""Where nobody says which one they like."""
WAIT = ("sh", "-c", 'read -r _ && exec "$@"', "sh")
"""A program that waits for enter, then becomes what is said behind it: what is printed before can be read."""
VI = "EDITOR is not set, so this is vi: i begins to write; Esc, then :wq and enter, saves and leaves. Enter opens it."
"""For those whom vi would catch."""
OF_FOLDERS = ("code", "codium", "cursor", "emacs", "emacsclient", "gedit", "hx", "idea", "kate", "nvim", "pycharm",
              "subl", "zed")  # fmt: skip
"""Editors to which a folder means a project; others are given the files."""
MOST = 20
"""Files that an editor is given at once."""


def editing(workspace: Path, editable: Sequence[str], env: Mapping[str, str] = os.environ) -> tuple[list[str], str]:
    """Return the command, to be run in the workspace, and a line to print before it, if there is something to say.

    Raises `UsageProblem` where no editor is there.
    """
    wanted = shlex.split(env.get("VISUAL") or env.get("EDITOR") or "")
    if not wanted and (found := _first(*EDITORS)):
        argv = [*found, *_files(workspace, editable)]
        return (argv, "") if found == ["nano"] else ([*WAIT, *argv], VI)
    if not wanted:
        pager = _first("less", "more")
        if not pager:
            raise UsageProblem("no editor was found", f"set EDITOR, or change the files in {workspace} with your own")
        hello = f"No editor was found: this only shows the files. Set EDITOR, or change them in {workspace}."
        return [*pager, *_files(workspace, editable)], hello
    if shutil.which(wanted[0]) is None:
        named = "VISUAL" if env.get("VISUAL") else "EDITOR"
        raise UsageProblem(f"there is no program {wanted[0]!r}", f"{named} names it: set it to an editor that is there")
    return [*wanted, *(["."] if PurePath(wanted[0]).name in OF_FOLDERS else _files(workspace, editable))], ""


def _files(workspace: Path, editable: Sequence[str]) -> list[str]:
    """Return what a submission may change, the nearest first; no tests, as some editors nag until all were seen."""
    there = [path.as_posix() for path in files(workspace)]
    own = [path for path in there if matches(path, editable)]
    code = [path for path in own if not path.startswith("tests/")]
    return sorted(code or own, key=lambda path: (path.count("/"), path))[:MOST] or ["."]


def _first(*names: str) -> list[str]:
    return [name for name in names if shutil.which(name)][:1]
