"""The SQL shell: what Tab offers, when Enter answers, and how a script is parted."""

import pytest

from labs.cli.shell import candidates, complete, statements

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
