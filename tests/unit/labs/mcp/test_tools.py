"""Each tool answers what its command prints, and says what is wrong in words."""

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError

from labs.base.cancel import CancelToken
from labs.cli import main
from labs.cli.app import COMMANDS
from labs.engagement.engagement import Engagement, begin
from labs.library.catalogue import Entry, find
from labs.mcp.server import server
from labs.mcp.work import Desk

Printed = Callable[..., Any]


@pytest.fixture
def engagement(entry: Entry, tmp_path: Path) -> Engagement:
    """An engagement without a world."""
    return begin(entry, tmp_path / "mine", "local")[0]


@pytest.fixture
def client(engagement: Engagement) -> Client:
    return Client(server(Desk(engagement.folder)))


@pytest.fixture
def printed(engagement: Engagement, monkeypatch: pytest.MonkeyPatch, capsysbinary: Any) -> Printed:
    """What a command prints with `--json` in the engagement's folder."""
    monkeypatch.chdir(engagement.folder)

    def call(*argv: str) -> Any:
        capsysbinary.readouterr()
        main([*argv, "--json"])
        return json.loads(capsysbinary.readouterr().out)

    return call


async def wrong(client: Client, tool: str, **arguments: object) -> str:
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    (said,) = result.content
    return str(getattr(said, "text", ""))


async def test_tools_are_commands_and_say_what_they_are(client: Client) -> None:
    async with client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(tools) == {"status", "start", "stop", "redeploy", "check", "phase", "logs", "incident", "sql", "ask",
                          "hint", "brief", "exam"}  # fmt: skip
    assert set(tools) <= set(COMMANDS)
    for tool in tools.values():
        said = [tool.description or "", *(str(one.get("description", "")) for one in _parameters(tool))]
        assert all(text and "scenario" not in text.lower() for text in said), tool.name


def _parameters(tool: Any) -> list[dict[str, Any]]:
    return list(tool.input_schema["properties"].values())


@pytest.mark.parametrize(
    ("tool", "arguments", "argv"),
    [
        ("status", {}, ["status"]),
        ("ask", {}, ["ask"]),
        ("ask", {"person": "dieter"}, ["ask", "dieter"]),
    ],
)
async def test_a_tool_answers_what_its_command_prints(
    client: Client, printed: Printed, tool: str, arguments: dict[str, Any], argv: list[str]
) -> None:
    async with client:
        assert (await client.call_tool(tool, arguments)).structured_content == printed(*argv)


async def test_a_question_is_answered_and_costs_time(client: Client, printed: Printed) -> None:
    async with client:
        said = await client.call_tool("ask", {"person": "Kuhn", "question": "how many sessions may we open?"})
    assert said.structured_content["reveals"] == "session-limit"
    assert printed("ask")["time"]["left"] == 82


async def test_a_hint_is_shown_once_it_is_taken(client: Client, printed: Printed) -> None:
    async with client:
        before = (await client.call_tool("hint", {})).structured_content
        assert "hint" not in before["hints"][-1]
        taken = (await client.call_tool("hint", {"check": "dates-hold"})).structured_content
        after = (await client.call_tool("hint", {})).structured_content
    assert taken == {"check": "dates-hold", "hint": "Look at large stocks."}
    assert after["hints"] == printed("hint")


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("check", {}, "no world of this engagement is running\n→ bring it up: fdelab start"),
        ("redeploy", {}, "no world of this engagement is running"),
        ("hint", {"check": "dates-hod"}, "there is no check 'dates-hod'\n→ did you mean"),
        ("logs", {"service": "shop"}, "there is no service 'shop'\n→ there are: promise-api"),
        ("sql", {"query": "select 1", "table": "calls"}, "exclude each other\n→ give one of them"),
        ("sql", {"lap": "noon"}, "'noon' is no lap"),
        ("ask", {"question": "who?"}, "whom do you mean?\n→ name the person"),
        ("ask", {"person": "dieter", "question": "who?", "meaning": 1}, "exclude each other"),
        ("incident", {}, "this engagement came without an incident"),
        ("brief", {}, "asks for no"),
        ("logs", {"last": 0}, "greater than or equal to 1"),
    ],
)
async def test_what_is_wrong_comes_with_what_to_do(
    client: Client, tool: str, arguments: dict[str, Any], said: str
) -> None:
    async with client:
        assert said in await wrong(client, tool, **arguments)


async def test_no_traceback_reaches_an_agent(
    client: Client, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], state: Path
) -> None:
    def breaks(_request: object) -> None:
        raise RuntimeError("unheard of")

    monkeypatch.setattr("labs.actions.status.status", breaks)
    async with client:
        said = await wrong(client, "status")
    assert "fdelab failed: RuntimeError: unheard of\n→ the details are in" in said
    assert str(state) in said
    assert "Traceback" not in said + capfd.readouterr().err


async def test_an_exam_in_ci_is_not_held_here(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    async with client:
        assert "a CI runs this" in await wrong(client, "exam")


async def test_the_pages_of_the_folder(client: Client, engagement: Engagement) -> None:
    async with client:
        listed = [one.uri for one in (await client.list_resources()).resources]
        assert listed == ["fdelab://briefing", "fdelab://readme"]
        (page,) = (await client.read_resource(listed[0])).contents
        assert getattr(page, "text", "") == (engagement.folder / "briefing.md").read_text("utf-8")
        readme = engagement.workspace / "README.md"
        readme.unlink(missing_ok=True)
        with pytest.raises(MCPError, match="there is no workspace/README"):
            await client.read_resource(listed[1])
        readme.symlink_to("/etc/passwd")
        with pytest.raises(MCPError, match="is a symbolic link"):
            await client.read_resource(listed[1])


async def test_an_engagement_that_is_gone_is_an_error_of_the_tool(client: Client, engagement: Engagement) -> None:
    async with client:
        shutil.rmtree(engagement.folder)
        assert "belongs to no engagement" in await wrong(client, "status")


async def test_what_is_left_of_a_day_is_read_in_parts_and_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: Any
) -> None:
    made = begin(find("first-day"), tmp_path / "first-day", "local")[0]
    monkeypatch.chdir(made.folder)
    query = "select name, begins, sim_begins, graded from phases order by begins"
    async with Client(server(Desk(made.folder))) as client:
        files = (await client.call_tool("incident", {})).structured_content["files"]
        log = next(one["path"] for one in files if one["kind"] == "logs")
        text = ""
        begins: int | None = 0
        while begins is not None:
            part = (await client.call_tool("incident", {"file": log, "begin": begins})).structured_content
            text, begins = text + part["text"], part.get("next")
        rows = (await client.call_tool("sql", {"query": query})).structured_content
        few = (await client.call_tool("sql", {"query": "from logs", "limit": 2})).structured_content
        tables = (await client.call_tool("sql", {})).structured_content["rows"]
        assert "calls_of_nobody" in await wrong(client, "sql", query="from calls_of_nobody")
    assert text == (made.incident / log).read_text("utf-8")
    assert (len(few["rows"]), few["more"]) == (2, "the first 2 rows; there are more")
    assert "truth" not in {one["table"] for one in tables}
    capsysbinary.readouterr()
    main(["sql", query, "--json"])
    assert rows == {"rows": json.loads(capsysbinary.readouterr().out)}


@pytest.mark.parametrize("lacks", ["mcp", "mcp.server.mcpserver"])
def test_without_the_extra_one_sentence_says_what_to_install(
    lacks: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in sys.modules if name.startswith(("labs.mcp.", f"{lacks}."))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, lacks, None)
    assert main(["mcp"]) == 2
    said = "install the project with its extra: pip install 'fdelab[mcp]', or make setup\n"
    assert capsys.readouterr() == ("", f"fdelab: fdelab mcp needs the package mcp; {said}")


def test_a_folder_without_an_engagement_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mcp", str(tmp_path)]) == 2
    assert "this folder belongs to no engagement" in capsys.readouterr().err


def test_whoever_leaves_lets_go_of_what_is_at_work(tmp_path: Path) -> None:
    token, desk = CancelToken(), Desk(tmp_path)
    desk._at_work.append(token)
    desk.leave()
    assert (token.gone, token.cancelled) == (True, False)


async def test_a_brief_is_looked_at_and_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: Any
) -> None:
    made = begin(find("promise-dates"), tmp_path / "promise-dates", "local")[0]
    monkeypatch.chdir(made.folder)
    async with Client(server(Desk(made.folder))) as client:
        blank = (await client.call_tool("brief", {})).structured_content
        (made.workspace / "brief.yaml").write_text("nonsense: 1\n", "utf-8")
        begun = (await client.call_tool("brief", {})).structured_content
    assert blank["blank"] and blank["template"]
    assert "template" not in begun
    assert begun["problems"]
    capsysbinary.readouterr()
    main(["brief", "--json"])
    assert begun == json.loads(capsysbinary.readouterr().out)
