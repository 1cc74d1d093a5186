"""How a report can be written down."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from grader.report import Report
from grader.reports.json import render as render_json
from grader.reports.text import render as render_text


@dataclass(frozen=True)
class Format:
    """One way to write a report."""

    name: str
    """What `--format` calls it."""
    suffix: str
    """How the file's name ends."""
    render: Callable[[Report], str]
    """Gives the whole text, ending in a line break."""


FORMATS: Mapping[str, Format] = {
    f.name: f for f in (Format("text", ".txt", render_text), Format("json", ".json", render_json))
}
"""Every format by name."""
