"""The server itself: which tools and resources there are, and what an agent is told before it begins."""

import logging
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import anyio
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError
from mcp_types import ToolAnnotations

from labs.base.errors import LabError
from labs.mcp.doing import Doing
from labs.mcp.looking import Looking
from labs.mcp.stdio import serve
from labs.mcp.work import Desk, wrong
from scenarios import regular

INSTRUCTIONS = """\
You are a forward deployed engineer on an engagement with a simulated customer, whose service loses money. Find out why,
repair the deployment, and be examined: does it hold up, and did the business get better?

Read the resource `fdelab://briefing` first. The deployment is yours to change, in the folder {workspace}:
edit its files with your own tools. Look into the bad day with `incident` and `sql`, and ask people with `ask`. `start`
brings the customer's world up, `redeploy` puts your changes into it, `check` says how they do, `exam` is the exam, and
`stop` takes the world down. Where a message names a command, such as `fdelab start`, call the tool of that name."""
LARGEST = 200_000
"""Bytes of a page that are shown."""


def server(desk: Desk) -> MCPServer:
    """Return the server for an engagement. Raises `UsageProblem` where there is none in the desk's folder."""
    _quiet()
    engagement = desk.engagement()
    made = MCPServer(
        "fdelab",
        title=f"fdelab: {engagement.entry().scenario.title}",
        instructions=INSTRUCTIONS.format(workspace=engagement.workspace),
        version=version("fdelab"),
        log_level="ERROR",
        subscriptions=False,
    )
    looking, doing = Looking(desk), Doing(desk)
    for tool in (looking.status, looking.check, looking.logs, looking.incident, looking.sql, looking.brief):
        _add(made, tool, ToolAnnotations(read_only_hint=True, open_world_hint=False))
    for tool in (looking.ask, looking.hint, doing.start, doing.redeploy, doing.phase, doing.exam, doing.stop):
        _add(made, tool, ToolAnnotations(read_only_hint=False, destructive_hint=False, open_world_hint=False))
    _add_pages(made, desk)
    return made


def _quiet() -> None:
    """Have stderr hold errors alone; the package would log there whatever anything has to say."""
    handler = logging.StreamHandler()
    handler.setLevel(logging.ERROR)
    logging.basicConfig(handlers=[handler])


def _add(made: MCPServer, tool: Callable[..., Awaitable[dict[str, Any]]], kind: ToolAnnotations) -> None:
    text = " ".join((tool.__doc__ or "").split())
    made.add_tool(tool, description=text, annotations=kind)


def _add_pages(made: MCPServer, desk: Desk) -> None:
    @made.resource("fdelab://briefing", title="Briefing", mime_type="text/markdown")
    def briefing() -> str:
        """Say what the customer needs: to be read first."""
        return page(desk, "briefing.md")

    @made.resource("fdelab://readme", title="README of the workspace", mime_type="text/markdown")
    def readme() -> str:
        """Say what the deployment is."""
        return page(desk, "workspace/README.md")


def page(desk: Desk, name: str) -> str:
    """Return a page of the engagement's folder.

    Raises `ResourceNotFoundError` where it is not there, and `ResourceError` where it cannot be read.
    """
    try:
        return regular.head(desk.engagement().folder / name, LARGEST).decode("utf-8", "replace")
    except FileNotFoundError:
        raise ResourceNotFoundError(f"there is no {name} in this engagement") from None
    except OSError as error:
        raise ResourceError(f"{name} cannot be read: {error}") from None
    except LabError as error:
        raise ResourceError(wrong(error)) from None


def run(folder: Path) -> None:
    """Serve the engagement in `folder` on stdin and stdout, until stdin is closed or a signal comes.

    Raises `UsageProblem` where it belongs to no engagement.
    """
    desk = Desk(folder)
    anyio.run(serve, server(desk), desk.leave)
