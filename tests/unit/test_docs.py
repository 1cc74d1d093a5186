"""Documentation says what is so: what it names exists, what is generated is of this code, and the site builds."""

import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from labs.cli.app import fdelab
from tests.pages import commands, evidence, outside, vocabulary
from tests.pages.blocks import filled, table
from tests.pages.pages import PAGES as GENERATED
from tests.pages.pages import written

ROOT = Path(__file__).parents[2]
DOCS = sorted((ROOT / "docs").glob("*.md"))
BESIDE = sorted(outside.PAGES)
PAGES = [
    ROOT / "README.md", ROOT / "scenarios" / "README.md", *DOCS, *BESIDE,
    *sorted((ROOT / "curriculum" / "modules").glob("*.md")),
]  # fmt: skip
CODE = re.compile(r"```sh\n(.*?)```|`([^`\n]+)`", re.DOTALL)
END = re.compile(r"\s(?:#|\||&&|>|·)\s?|\n")
PLACE = re.compile(r"`((?:labs|grader|simulator|scenarios|curriculum|tests|docs|tools)/[\w./-]+)`")
LONGEST = 130
"""Lines of README."""

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def _commands(page: Path, program: str) -> list[list[str]]:
    """Every `program …` in a page's code, as words, up to a comment or the next command."""
    code = "\n".join(block or inline for block, inline in CODE.findall(page.read_text("utf-8")))
    return [line.split() for line in END.split(code) if line.split()[:1] == [program]]


def _resolve(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that the words name, and what is left of them. Fails on a command that is not there."""
    command: click.Command = fdelab
    while isinstance(command, click.Group) and words and not words[0].startswith("-") and words[0] != "COMMAND":
        found = command.get_command(click.Context(command), words[0])
        assert found is not None, f"no command {words[0]!r} in {command.name}"
        command, words = found, words[1:]
    return command, words


@every_page
def test_commands_and_options_exist(page: Path) -> None:
    for _, *words in _commands(page, "fdelab"):
        command, rest = _resolve(words)
        known = {"--help", "--version"} | {name for param in command.params for name in param.opts}
        assert {word for word in rest if word.startswith("--")} <= known, f"fdelab {' '.join(words)}"


@every_page
def test_make_targets_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {word for _, *words in _commands(page, "make") for word in words if "=" not in word}
    assert named <= targets


@every_page
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@every_page
def test_files_and_folders_exist(page: Path) -> None:
    named = PLACE.findall(page.read_text("utf-8"))
    assert [place for place in named if not (ROOT / place).exists()] == []


@pytest.mark.parametrize("name", GENERATED)
def test_generated_blocks_are_of_the_code_at_hand(name: str) -> None:
    page, text = written(name)
    assert page.read_text("utf-8") == text, f"docs/{name} is stale: make docs"


def test_everything_says_what_it_is() -> None:
    assert [*commands.undocumented(), *vocabulary.undocumented(), *evidence.undocumented()] == []


def test_every_command_word_and_table_has_a_section() -> None:
    titles = {
        name: re.findall(r"^#+ (.+)$", (ROOT / "docs" / name).read_text("utf-8"), re.MULTILINE) for name in GENERATED
    }
    assert {context.command_path for context in commands.walk()} <= set(titles["commands.md"])
    assert "fdelab scenario verify" in titles["commands.md"]
    assert {"soap-erp", "order-promising", "abort", "auc", "sequence", "typo"} <= set(titles["vocabulary.md"])
    assert {"requests", "struck", "facts_promises", "facts_queue"} <= set(titles["grading.md"])


def test_a_block_that_nothing_is_known_for_and_a_page_without_its_block_are_errors() -> None:
    page = "a\n<!-- generated: weather -->\nold\n<!-- end -->\nb\n"
    assert filled(page, {"weather": lambda: "new\n"}) == page.replace("old", "new")
    with pytest.raises(KeyError):
        filled(page, {})
    with pytest.raises(ValueError, match="no block for tides"):
        filled(page, {"weather": str, "tides": str})


def test_a_cell_breaks_no_table() -> None:
    assert table(("a", "b"), [("x | y", "two\nlines")]).splitlines()[-1] == "| x \\| y | two lines |"
    assert table(("a",), []) == ""


def test_readme_is_short_and_gives_nothing_away() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert len(text.splitlines()) <= LONGEST
    ours = {folder.name for folder in (ROOT / "scenarios" / "library").glob("*/shortcuts/*")}
    for page in [ROOT / "README.md", *(page for page in DOCS if page.name != "measured.md")]:
        assert [name for name in sorted(ours) if name in page.read_text("utf-8")] == [], page.name


def test_the_page_that_gives_answers_away_says_so() -> None:
    head = (ROOT / "docs" / "measured.md").read_text("utf-8").partition("\n## ")[0]
    assert "For instructors" in head


def test_links_to_files_become_links_to_pages() -> None:
    page = ROOT / "simulator" / "parts" / "llm" / "README.md"
    text = (
        "[a](../../../docs/grading.md#x) [b](../queue/README.md) [c](../../../Makefile) [d](https://d.example) [e](#f)"
    )
    assert outside.turned(text, page, "parts/llm.md") == (
        "[a](../grading.md#x) [b](queue.md) c [d](https://d.example) [e](#f)"
    )
    assert outside.turned("[g](../no/such.md)", page, "parts/llm.md") == "[g](../no/such.md)"


def test_the_site_builds_without_a_warning_and_asks_nothing_of_other_hosts(tmp_path: Path) -> None:
    site = tmp_path / "site"
    command = [str(Path(sys.executable).with_name("mkdocs")), "build", "--strict", "--site-dir", str(site)]
    env = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    built = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    pages = [*site.rglob("*.html")]
    assert len(pages) > len(DOCS) + len(BESIDE)
    loads = re.compile(
        r"""<(?:script|img|iframe|source)\b[^>]*\bsrc=["']?(?:https?:)?//|<link\b[^>]*\bhref=["']?(?:https?:)?//"""
    )
    assert [str(page) for page in pages if loads.search(page.read_text("utf-8"))] == []
