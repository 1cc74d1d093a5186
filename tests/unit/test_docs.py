"""Documentation says what is so: commands, options, targets, files and tables that it names exist."""

import re
from pathlib import Path

import click
import pytest

from labs.cli.app import fdelab

ROOT = Path(__file__).parents[2]
PAGES = [
    *(ROOT / name for name in ("README.md", "scenarios/README.md", "curriculum/README.md", "curriculum/ci/README.md")),
    *sorted((ROOT / "curriculum" / "modules").glob("*.md")),
]
CODE = re.compile(r"```sh\n(.*?)```|`([^`\n]+)`", re.DOTALL)
END = re.compile(r"\s(?:#|\||&&|>)\s?|\n")


def _commands(page: Path, program: str) -> list[list[str]]:
    """Every `program …` in a page's code, as words, up to a comment or the next command."""
    code = "\n".join(block or inline for block, inline in CODE.findall(page.read_text("utf-8")))
    return [line.split() for line in END.split(code) if line.split()[:1] == [program]]


def _resolve(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that the words name, and what is left of them. Fails on a command that is not there."""
    command: click.Command = fdelab
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(click.Context(command), words[0])
        assert found is not None, f"no command {words[0]!r} in {command.name}"
        command, words = found, words[1:]
    return command, words


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_and_options_exist(page: Path) -> None:
    for _, *words in _commands(page, "fdelab"):
        command, rest = _resolve(words)
        known = {"--help", "--version"} | {name for param in command.params for name in param.opts}
        assert {word for word in rest if word.startswith("--")} <= known, f"fdelab {' '.join(words)}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_make_targets_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {word for _, *words in _commands(page, "make") for word in words if "=" not in word}
    assert named <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_command_is_in_readme() -> None:
    named = {words[1] for words in _commands(ROOT / "README.md", "fdelab") if len(words) > 1}
    assert set(fdelab.list_commands(click.Context(fdelab))) - named == set()
