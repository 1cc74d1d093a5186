"""Writing the brief in the console: what is typed is looked at, and what is closed is saved."""

from collections.abc import Callable
from typing import Any

from textual.widgets import Static, TextArea

from labs.base.errors import UsageProblem
from labs.tui.console.brief import BriefEditor
from tests.unit.tui.pilots import until

TOLD = """\
to: lena
claims:
  wrong-quantities: {share: 67 %}
  shut-oud: {share: 12 %}
note: "We lose {los}: {cause:wrong-quantities|it misreads them}."
"""


def beside(pilot: Any) -> str:
    """What stands beside the text."""
    return str(pilot.app.screen.query_one("#form", Static).content)


async def opened(pilot: Any) -> TextArea:
    """The page, and its text."""
    pilot.app.push_screen(BriefEditor(pilot.app.place.desk))
    await until(pilot, lambda: isinstance(pilot.app.screen, BriefEditor) and pilot.app.screen.query("#text"))
    area: TextArea = pilot.app.screen.query_one("#text", TextArea)
    return area


async def test_what_is_typed_is_looked_at(seated: Callable[..., Any], desk: Any) -> None:
    desk.told_brief = "# to: lena\n"
    async with seated() as pilot:
        area = await opened(pilot)
        await until(pilot, lambda: "Nothing is in it yet" in beside(pilot))
        area.load_text(TOLD)
        await until(pilot, lambda: "of form" in beside(pilot))
        for said in ("4:3 unknown cause 'shut-oud'", "did you mean 'shut-out'?", "nothing stands for '{los}'",
                     "67 % wrong-quantities no evidence", "6 of 150 words", "{los}: it misreads them."):  # fmt: skip
            assert said in beside(pilot), said
        area.load_text(TOLD.replace("oud", "out"))
        await until(pilot, lambda: "unknown cause" not in beside(pilot))


async def test_closing_saves(seated: Callable[..., Any], desk: Any) -> None:
    async with seated() as pilot:
        area = await opened(pilot)
        await pilot.press("escape")
        assert desk.wishes.count("write") == 0
        area = await opened(pilot)
        area.load_text("to: lena\n")
        await pilot.press("ctrl+s")
        assert desk.told_brief == "to: lena\n"
        area.load_text("to: dieter\n")
        await pilot.press("escape")
        assert (desk.told_brief, isinstance(pilot.app.screen, BriefEditor)) == ("to: dieter\n", False)


async def test_what_cannot_be_saved_stays_open(seated: Callable[..., Any], desk: Any) -> None:
    async with seated() as pilot:
        area = await opened(pilot)
        area.load_text("to: lena\n")
        desk.trouble = UsageProblem("the disk is full")
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, BriefEditor)
        assert desk.told_brief == ""
