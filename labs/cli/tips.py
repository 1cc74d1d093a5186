"""The next tip of a scenario that guides newcomers, and the command for it."""

from typing import TYPE_CHECKING

import click

from labs.cli.output import note

if TYPE_CHECKING:
    from labs.engagement.engagement import Engagement
    from scenarios.guide import Milestone

WAYS: "dict[Milestone, str]" = {
    "world-launched": "fdelab start",
    "checks-seen": "fdelab check",
    "logs-read": "fdelab logs",
    "editor-opened": "an editor on workspace/",
    "file-saved": "an editor on workspace/, then fdelab redeploy",
    "checks-passed": "fdelab check",
    "exam-taken": "fdelab exam",
    "exam-passed": "fdelab exam",
}
"""How each thing is done with commands."""


def tip(engagement: "Engagement") -> None:
    """Say what is next, where the scenario has a guide."""
    from labs.actions.find import guidance

    found = guidance(None, engagement)
    if found is not None and (now := found.tip) is not None:
        way = WAYS.get(now.until) if now.until else f"fdelab debrief {found.scenario}"
        note(f"\n{click.style('◆', fg='cyan')} {now.says}{f'  → {way}' if way else ''}")
        if now.until is None:
            from labs.cli.progress import point_to_next

            point_to_next()
