"""Reports as files and on the terminal."""

import os
import shutil
from pathlib import Path

import click

from grader.report import Report
from grader.reports import github, text
from grader.reports.formats import FORMATS
from labs.base.errors import UsageProblem
from labs.cli import completing
from labs.cli.output import coloured, for_programs, note

format_option = click.option(
    "--format",
    "formats",
    default="text",
    show_default=True,
    metavar="NAME[,NAME]",
    shell_complete=completing.formats,
    help="What to report in: " + ", ".join(FORMATS) + ". The first is printed, all are written beside the evidence.",
)

full_option = click.option(
    "--full", is_flag=True, help="Show hidden checks, the seed and the truth too: for instructors only."
)
truth_option = click.option(
    "--truth", is_flag=True,
    help="Show the truth behind the checks that failed, which a passed exam shows anyway: for instructors only.",
)  # fmt: skip


def width() -> int:
    """Columns to write in: those of the terminal, within what can still be read well."""
    return min(max(shutil.get_terminal_size((88, 24)).columns, 40), 110)


def chosen(formats: str, as_json: bool) -> list[str]:
    """Names of formats, in order. Raises `UsageProblem` on one that there is not."""
    names = ["json"] if as_json else [name.strip() for name in formats.split(",") if name.strip()]
    for name in names:
        if name not in FORMATS:
            raise UsageProblem(f"there is no format {name!r}", f"there are: {', '.join(FORMATS)}")
    return names or ["text"]


def summarise(report: Report, names: list[str]) -> None:
    """Add the report to the summary of a GitHub step, where that is what runs us and what was asked for."""
    place = os.environ.get("GITHUB_STEP_SUMMARY")
    if "github" not in names or not place:
        return
    file = Path(place)
    try:
        there = file.stat().st_size if file.exists() else 0
        with file.open("a", encoding="utf-8") as summary:
            summary.write(github.for_summary(FORMATS["markdown"].render(report), there))
    except OSError as error:
        # The verdict is known and must not be lost over where it is shown.
        note(f"the step summary {file} cannot be written: {error.strerror}")


def show(report: Report, names: list[str], brief: bool = False) -> None:
    """Print the report in the first of the formats; `brief` where it stays on the screen and is renewed."""
    name = names[0]
    if name == "text":
        click.echo(text.render(report, width(), coloured(), brief), nl=False)
    else:
        for_programs(FORMATS[name].render(report))
