"""One word for one thing: a learner takes an engagement; an author writes a scenario. Every sentence is read."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
import pytest

import grader
import labs
import scenarios
import simulator
from labs.cli.app import COMMANDS, fdelab

AUTHORS = ("cli/authoring.py", "cli/scenario.py", "cli/new.py", "cli/show.py", "cli/picture.py", "cli/sqlof.py",
           "cli/recording.py", "cli/verify.py", "cli/matrix.py", "cli/extremes.py", "cli/preview.py",
           "cli/null.py", "cli/reference.py", "cli/curriculum.py", "library/curriculum/lint.py", "library/new.py",
           "library/reference.py", "library/glance.py", "library/planned.py", "verify/",
           "progress/migrations.py")  # fmt: skip
"""Below `labs`, what speaks to authors alone; and SQL that nobody reads."""
OF_LEARNERS = [name for name in COMMANDS if name not in ("scenario", "schema", "curriculum")]
NAMES = re.compile(
    r"fdelab scenario( \w+)?|scenario\.yaml|^For authors: .*"
    r"|\b(where|set|\w+ by \w+,) scenario\b|= excluded\.scenario|^scenario, \"check\", folder$"
)
"""What is called so: a command, files, a column in SQL; and the line that says for whom the command is."""
DESCRIBED = re.compile(r"(^|/)(tables|struck)\.py:")
"""Descriptions of tables, for whoever writes checks."""
ROOT = Path(__file__).parents[3]


def sentences(package: object) -> Iterator[tuple[str, str]]:
    """What a package may print: every text in its code with a space in it that is no docstring; and where it is."""
    root = Path(str(getattr(package, "__file__", ""))).parent
    for file in sorted(root.rglob("*.py")):
        place = file.relative_to(root).as_posix()
        if package is not scenarios or not place.startswith(("library/", "template/")):
            for line, text in _texts(ast.parse(file.read_text("utf-8"))):
                yield f"{place}:{line}", text


def _texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    statements = [node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)]
    hints = [getattr(node, name, None) for node in ast.walk(tree) for name in ("annotation", "returns")]
    docs = {id(value) for value in (*statements, *hints)}
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) and id(node) not in docs else None
        if isinstance(node, ast.Constant) and isinstance(text, str) and " " in text:
            yield node.lineno, text


def says(word: str, text: str) -> bool:
    return re.search(rf"\b{word}s?\b", NAMES.sub("", text), re.IGNORECASE) is not None


@pytest.mark.parametrize("package", [labs, grader, simulator], ids=lambda package: package.__name__)
def test_nothing_that_learners_read_says_scenario(package: object) -> None:
    found = [
        f"{place}: {text}"
        for place, text in sentences(package)
        if says("scenario", text) and not place.startswith(AUTHORS) and not DESCRIBED.search(place)
    ]
    assert found == []


def test_nothing_that_authors_read_says_engagement() -> None:
    assert [f"{place}: {text}" for place, text in sentences(scenarios) if says("engagement", text)] == []


@pytest.mark.parametrize("name", OF_LEARNERS)
def test_help_of_learners_commands_says_engagement(name: str) -> None:
    lazy = COMMANDS[name]
    command: click.Command = getattr(import_module(lazy.module), lazy.name)
    assert not says("scenario", lazy.help)
    assert not says("scenario", command.get_help(click.Context(command, info_name=name)))


def test_help_of_all_says_engagement() -> None:
    about = (fdelab.help or "") + COMMANDS["curriculum"].help
    assert says("engagement", about)
    assert not says("scenario", about)


def test_readme_says_scenario_to_authors_alone() -> None:
    head, _, rest = (ROOT / "README.md").read_text("utf-8").partition("## For instructors\n")
    assert [line for line in head.splitlines() if says("scenario", line)] == []
    assert "*engagement* is written as a *scenario*" in rest


@pytest.mark.parametrize("page", ["first-steps.md", "ci.md", "runtimes.md"])
def test_pages_for_learners_say_engagement(page: str) -> None:
    text = (ROOT / "docs" / page).read_text("utf-8")
    assert says("engagement", text)
    assert [line for line in text.splitlines() if says("scenario", line)] == []
