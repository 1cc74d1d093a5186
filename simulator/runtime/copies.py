"""Copies of folders for those who may not read the original."""

import os
import shutil
from pathlib import Path


def private_copy(source: Path, target: Path) -> Path:
    """Copy a folder so that everybody can read it; the original keeps its modes."""
    shutil.copytree(source, target, symlinks=True, copy_function=shutil.copyfile)
    for folder, _, files in os.walk(target):
        Path(folder).chmod(0o755)
        for file in files:
            path = Path(folder, file)
            if not path.is_symlink():
                executable = (source / path.relative_to(target)).stat().st_mode & 0o111
                path.chmod(0o755 if executable else 0o644)
    return target
