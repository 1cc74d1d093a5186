"""Reports as files beside their evidence."""

import shlex
from collections.abc import Iterable
from pathlib import Path

from grader.report import Report
from grader.reports.formats import FORMATS
from labs.base.errors import LabError


def write(report: Report, formats: Iterable[str], folder: Path) -> list[Path]:
    """Write the report into a folder, in these formats and always as JSON; returns the files.

    Raises `LabError` where one cannot be written, with what gets it elsewhere.
    """
    written = []
    for name in dict.fromkeys((*formats, "json")):
        file = folder / f"report{FORMATS[name].suffix}"
        try:
            file.write_text(FORMATS[name].render(report), encoding="utf-8")
        except OSError as error:
            instead = f"fdelab regrade {shlex.quote(str(folder))} --format {name} > {file.name}"
            remedy = f"make room or make it writable; or: {instead}"
            raise LabError(f"{file} cannot be written: {error.strerror}", remedy) from None
        written.append(file)
    return written
