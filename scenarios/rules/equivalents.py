"""Rules for what an author says makes no difference to a solution."""

from pathlib import PurePosixPath

from scenarios.equivalents import EQUIVALENT, Equivalent, Equivalents, bare
from scenarios.problems import Problem, ScenarioInvalid, did_you_mean
from scenarios.rules.context import Context
from scenarios.shape import load_model
from scenarios.variants import contents, variants


def speak_of_what_is_there(context: Context) -> None:
    """Require that each names lines of a solution that are there, so that none outlives what it was said of."""
    file = context.folder / EQUIVALENT
    if not file.is_file():
        return
    try:
        known = variants(context.folder)
        marks, tree = load_model(Equivalents, file)
    except ScenarioInvalid as invalid:
        context.problems += [problem for problem in invalid.problems if problem.path == str(file)]
        return
    for index, mark in enumerate(marks.equivalents):
        sources = contents(known[mark.of]) if mark.of in known else {}
        source = sources.get(PurePosixPath(mark.file))
        if source is None:
            key, message = "file", f"{mark.of} has no file {mark.file!r}"
            hint = did_you_mean(mark.file, map(str, sources))
        elif not _says(source.read_text("utf-8", "replace"), mark):
            key, message = "was", f"line {mark.line} of {mark.file} in {mark.of} says something else"
            hint = "remove it, or see what `fdelab scenario mutate` shows"
        else:
            continue
        context.problems.append(Problem(str(file), *tree.place(("equivalents", index, key)), message, hint))


def _says(text: str, mark: Equivalent) -> bool:
    lines = text.splitlines()[mark.line - 1 :]
    return bare("\n".join(lines[: len(mark.was.strip().splitlines())])) == bare(mark.was)
