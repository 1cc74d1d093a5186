"""The SQL shell: what Tab offers, when Enter answers, and how a script is parted."""

from pathlib import Path

import click
import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from labs.base.errors import UsageProblem
from labs.cli.shell import Shell, candidates, complete, statements
from labs.engagement.tables import Answer

NAMES = {"ledger": ["happened_at", "account", "amount"], "requests": ["intended_at", "status"]}


@pytest.mark.parametrize(
    ("before", "after", "offered"),
    [
        ("select * from le", "", ["ledger"]),
        ("select * from ", "", ["ledger", "requests"]),
        ("select l.a", " from ledger l", ["account", "amount"]),
        ("select ledger.ha", "", ["happened_at"]),
        ("select acc", " from ledger", ["account"]),
        ("select stat", " from requests", ["status"]),
        ("sel", "", ["select"]),
        (".d", "", [".describe"]),
        (".describe r", "", ["requests"]),
        ("select 1 from nowhere.", "", []),
    ],
)
def test_what_is_offered(before: str, after: str, offered: list[str]) -> None:
    assert candidates(before, after, NAMES) == offered


def test_columns_of_the_tables_that_are_named_come_alone() -> None:
    found = candidates("select ", " from requests", NAMES)
    assert found[:2] == ["intended_at", "status"]
    assert "amount" not in found


@pytest.mark.parametrize(
    ("text", "whole"),
    [("select 1;", True), ("select 1", False), (".tables", True), ("", True), ("select\n1 ;\n", True)],
)
def test_a_semicolon_or_a_command_ends_it(text: str, whole: bool) -> None:
    assert complete(text) is whole


def test_a_script_is_parted_at_semicolons_and_commands() -> None:
    script = "select 1; select\n';'\n.tables\nselect 3"
    assert [one.strip() for one in statements(script)] == ["select 1;", "select\n';'", ".tables", "select 3"]
    assert list(statements("selec 'open")) == ["selec 'open"]


class Engine:
    prompt = "day> "

    def __init__(self) -> None:
        self.asked: list[str] = []

    def names(self) -> dict[str, list[str]]:
        return NAMES

    def ask(self, sql: str, most: int) -> Answer:
        self.asked.append(sql)
        if "nowhere" in sql:
            raise UsageProblem("there is no table 'nowhere'", "ask for another")
        return Answer(("n", "said"), [(41, None), (-2.5, "a\x1b[31mb")])

    def describe(self, table: str | None) -> Answer:
        return Answer(("table",), [(table or "all",)])


def test_a_sitting_answers_recalls_and_survives_mistakes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    engine = Engine()
    with (
        click.Context(click.Command("sql")),
        create_pipe_input() as keys,
        create_app_session(input=keys, output=DummyOutput()),
    ):
        keys.send_text("select 1\rfrom ledger;\rselect nowhere;\r.d ledger\r.dance\r.quit\r")
        assert Shell(engine, tmp_path / "deep" / "history").run()
    assert engine.asked == ["select 1\nfrom ledger;", "select nowhere;"]
    said = capsys.readouterr()
    rows = said.out.replace("\n", " ").split()
    assert {"41", "null", "-2.5", "ab"} <= set(rows)
    assert "there is no table 'nowhere'" in said.err
    assert "there is no command .dance" in said.err
    assert "from ledger;" in (tmp_path / "deep" / "history").read_text()
