"""The formats that a report can be written in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from grader.report import Report
from grader.reports import ctrf, github, gradescope, json, junit, markdown, text


@dataclass(frozen=True)
class Format:
    """A way to write a report."""

    name: str
    """Its name for `--format`."""
    suffix: str
    """The ending of the file's name."""
    render: Callable[[Report], str]
    """Returns the whole text, which ends in a line break."""


FORMATS: Mapping[str, Format] = {
    f.name: f
    for f in (
        Format("text", ".txt", text.render),
        Format("json", ".json", json.render),
        Format("junit", ".junit.xml", junit.render),
        Format("markdown", ".md", markdown.render),
        Format("github", ".github.txt", github.render),
        Format("gradescope", ".gradescope.json", gradescope.render),
        Format("ctrf", ".ctrf.json", ctrf.render),
    )
}
"""All formats by name."""
