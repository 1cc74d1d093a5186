"""Report: the verdict, what is behind each check, the difference, and evidence that is not there."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widgets import DataTable, Static

from labs.base.errors import CouldNotJudge
from labs.tui.panelbar import PanelBar
from labs.tui.report.behind import Behind, Rows
from labs.tui.report.place import PANELS
from tests.unit.tui import reviews
from tests.unit.tui.conftest import Opened, settled
from tests.unit.tui.fakes import Fake
from tests.unit.tui.pilots import LARGE, notes, text


def rows(pilot: Pilot[None], selector: str) -> list[list[str]]:
    table = pilot.app.screen.query_one(selector, DataTable)
    return [[str(cell) for cell in table.get_row_at(n)] for n in range(table.row_count)]


def drawn(pilot: Pilot[None]) -> str:
    """The rows behind a check."""
    return str(pilot.app.screen.query_one(Rows).render())


async def test_money_comes_first_then_the_verdict_and_why(opened: Opened, fake: Fake) -> None:
    async with opened(place="report") as pilot:
        assert fake.looked_at == [None], "nothing was chosen, so it is the last exam"
        money, verdict, why, facts = text(pilot, "#head").splitlines()
        assert money.startswith("▼ −12,405 EUR   untouched −37,174 ")
        assert money.endswith("0 reference   67 % saved")
        assert verdict == "✖ NOT PASSED   50 of 100 · pass mark 85 · 3 of 8 checks pass"
        assert why == "Gates dates-hold, two-sessions did not pass."
        assert facts == "Promise dates · Halden Werkzeug · 02 Mar 09:05 · local · seed 1234"


async def test_the_trap_that_it_behaves_as_is_named(opened: Opened, fake: Fake) -> None:
    fake.seen = reviews.trapped()
    async with opened(place="report") as pilot:
        *_, why, trap, _ = text(pilot, "#head").splitlines()
        assert why == "Gates dates-hold, two-sessions did not pass."
        assert trap == "◆ this behaves as naive-parse: numbers are read as Americans write them."
    async with opened(place="report", size=LARGE) as pilot:
        said = text(pilot, "#head")
        assert "It looks right, because most of them look right. It is not: 1.234,00 is not one and a bit." in said


async def test_what_was_asked_is_told_with_what_it_cost(opened: Opened, fake: Fake) -> None:
    fake.seen = reviews.trapped()
    async with opened(place="report") as pilot:
        await pilot.press("a")
        assert text(pilot, "#sum").splitlines() == [
            "2 questions, 13 minutes of the customer's time, 1 of the 9 facts that could be asked for.",
            "Lena Brandt asked something of you: you refused.",
        ]
        assert rows(pilot, "#questions") == [
            ["how many sessions may we open?", "Dieter Kuhn", "8", "sessions"],
            ["what does it cost?", "Lena Brandt", "5", "(vague)"],
        ]


async def test_where_nobody_was_asked_it_says_so(opened: Opened) -> None:
    async with opened(place="report") as pilot:
        await pilot.press("a")
        assert text(pilot, "#sum").startswith("[$dim]Nobody was asked anything before this exam")
        assert rows(pilot, "#questions") == []


async def test_each_check_has_family_numbers_and_points_where_there_is_room(opened: Opened) -> None:
    async with opened(LARGE, place="report") as pilot:
        found = {
            row[1].strip(" ▲")[:20]: [row[0], *(cell.strip() for cell in row[2:])] for row in rows(pilot, "#table")
        }
        assert found["The dates that we pr"] == ["✖ fail", "data", "≥ 95 %", "81.2 %", "0.0/15.0"]
        assert "promise-api ended by itself once." in text(pilot, "#head")
        await pilot.press("down", "down", "down")
        assert "Does not hold: The dates that we promise are true." in text(pilot, "#more")
        assert "74 of 394 dates were wrong." in text(pilot, "#more")


async def test_enter_shows_the_rows_behind_a_check_with_a_hint_and_the_question(opened: Opened) -> None:
    async with opened(place="report") as pilot:
        await pilot.press("down", "down", "down", "enter")
        assert isinstance(pilot.app.screen, Behind)
        assert drawn(pilot).splitlines() == [
            "when              order_id   promised    truth",
            "morning +2.2 s    HW-000117  2026-03-04  2026-03-06",
            "file-only +0.5 s  HW-000702  2026-03-09  2026-03-11",
        ]
        said = "\n".join(str(one.content) for one in pilot.app.screen.query(Static))
        assert "→ Look at large stocks." in said
        assert 'select count(*) from "facts_promises"' in said
        await pilot.press("right", "down", "escape")
        assert pilot.app.screen is pilot.app.place


async def test_rows_that_are_wider_than_the_page_are_told_one_by_one(opened: Opened, fake: Fake) -> None:
    wide = {f"column_{n}": f"a value of some length, number {n}" for n in range(6)}
    check = replace(reviews.CHECKS[3], rows=(wide, wide))
    fake.seen = replace(reviews.review(), report=replace(reviews.REPORT, checks=(check,)))
    async with opened(place="report") as pilot:
        await pilot.press("enter")
        await settled(pilot)
        said = drawn(pilot)
        assert all(said.count(f"{name} {value}") == 2 for name, value in wide.items())
        page = pilot.app.screen.query_one("#page")
        assert page.max_scroll_x == 0
        assert pilot.app.screen.query_one("#rows").size.height > 4, "it is wrapped, not cut"


async def test_what_the_reader_of_a_brief_missed_is_told_in_their_words(opened: Opened) -> None:
    async with opened(place="report") as pilot:
        await pilot.press(*["down"] * 7, "enter")
        said = "\n".join(str(one.content) for one in pilot.app.screen.query(Static))
        assert "✖ cause  Lena: “I read it, and I still do not know why it happened.”" in said
        assert not pilot.app.screen.query(DataTable), "sentences are no table"


async def test_of_a_hidden_check_nothing_but_its_verdict_is_told(opened: Opened, fake: Fake) -> None:
    hidden = replace(reviews.CHECKS[3], hidden=True, says="What it looks at is hidden", hint=None, rows=(), sql=None)
    fake.seen = replace(reviews.review(), report=replace(reviews.REPORT, checks=(hidden,)))
    async with opened(place="report") as pilot:
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, Behind)
        said = "\n".join(str(one.content) for one in pilot.app.screen.query(Static))
        assert "✖ fail  What it looks at is hidden." in said
        assert "394" not in said


async def test_a_key_brings_a_panel_to_the_front(opened: Opened) -> None:
    async with opened(place="report") as pilot:
        screen = pilot.app.screen
        for panel, (key, title) in PANELS.items():
            await pilot.press(key)
            assert [one for one in PANELS if screen.query_one(f"#{one}").display] == [panel]
            assert screen.query_one(f"#{panel}").has_focus_within
            assert f"▸ {key} {title}" in str(screen.query_one(PanelBar).content)
    async with opened(LARGE, place="report") as pilot:
        assert all(pilot.app.screen.query_one(f"#{one}").display for one in PANELS)


async def test_it_is_compared_with_the_attempt_before(opened: Opened, fake: Fake) -> None:
    async with opened(place="report") as pilot:
        await pilot.press("d")
        assert text(pilot, "#totals").splitlines() == [
            "score  9 → 50  ▲ +41",
            "EUR    −39,615 → −12,405  ▲ +27,210",
        ]
        found = {row[0]: row[1:] for row in rows(pilot, "#differences")}
        assert found["loss-avoided"] == ["✖ 0 %", "✔ 94.1 %", "▲ +25"]
        assert found["two-sessions"] == ["✔ 2", "✖ 3", "▼ -3"]
        assert found["dates-hold"] == ["✖ 64.9 %", "✖ 81.2 %", "= same"]
        assert found["brief"] == ["–", "✖ 80 %", "= new"]
        fake.seen = reviews.passed()
        await pilot.press("ctrl+r")
        await settled(pilot)
        assert "no earlier attempt" in text(pilot, "#totals")
        assert rows(pilot, "#differences") == []
        assert "✔ PASSED   100 of 100" in text(pilot, "#head")


async def test_an_attempt_is_looked_at_from_progress_and_another_one_after_it(opened: Opened, fake: Fake) -> None:
    async with opened(place="progress") as pilot:
        await pilot.press("down", "enter")
        await settled(pilot)
        assert pilot.app.current_mode == "report"
        assert pilot.app.screen.review.evidence == Path("/home/kim/.fdelab/exams/4")
        await pilot.press("5", "down", "enter")
        await settled(pilot)
        assert pilot.app.screen.review.evidence == Path("/home/kim/.fdelab/exams/3")


async def test_before_the_first_exam_it_says_how_to_take_one(opened: Opened, fake: Fake) -> None:
    fake.seen = None
    async with opened(place="report") as pilot:
        assert pilot.app.screen.has_class("-gone")
        assert "○ No exam was taken yet" in text(pilot, "#gone")
        await pilot.press("b", "o", "y", "x", "t", "c", "d")
        await settled(pilot)
        assert pilot.app.screen is pilot.app.place
        assert notes(pilot) == ""
        fake.seen = reviews.review()
        await pilot.press("ctrl+r")
        await settled(pilot)
        assert not pilot.app.screen.has_class("-gone")


async def test_where_evidence_is_gone_what_is_remembered_is_shown_and_why(opened: Opened, fake: Fake) -> None:
    fake.seen = reviews.gone()
    async with opened(place="report") as pilot:
        assert "! only what progress remembers: " in text(pilot, "#head")
        assert "✖ NOT PASSED   50 of 100" in text(pilot, "#head")
        assert "→ give the folder of an exam" in notes(pilot)
        await pilot.press("t")
        assert "The evidence has no time line: " in text(pilot, "#drawn")
        await pilot.press("left", "right", ".", "comma", "shift+left", "c", "enter")
        assert isinstance(pilot.app.screen, Behind)


async def test_what_cannot_be_read_at_all_is_said_in_its_place(opened: Opened, fake: Fake) -> None:
    fake.trouble = CouldNotJudge("the evidence is broken: requests: line 7", "run the exam again")
    async with opened(place="report") as pilot:
        assert "✖ The evidence is broken: requests: line 7" in text(pilot, "#gone")
        assert "→ run the exam again" in text(pilot, "#gone")
        fake.trouble = None
        await pilot.press("ctrl+r")
        await settled(pilot)
        assert "NOT PASSED" in text(pilot, "#head")


async def test_export_and_path_are_told_and_a_full_disk_too(opened: Opened, fake: Fake) -> None:
    async with opened(place="report") as pilot:
        await pilot.press("y")
        assert pilot.app.clipboard == str(reviews.EVIDENCE)
        await pilot.press("x")
        await settled(pilot)
        assert f"Written {reviews.EVIDENCE}/report.md" in notes(pilot)
        fake.trouble = CouldNotJudge("report.md cannot be written: No space left on device", "make room")
        await pilot.press("x")
        await settled(pilot)
        assert "No space left on device\n→ make room" in notes(pilot)
        assert not pilot.app.screen.has_class("-gone"), "the report is still there"


async def test_it_can_be_resized_at_any_time(opened: Opened) -> None:
    async with opened(place="report") as pilot:
        for keys, size in ((("t",), (40, 12)), (("d",), (160, 50)), (("c",), (20, 6)), (("t",), (300, 90))):
            await pilot.press(*keys)
            await pilot.resize_terminal(*size)
            await settled(pilot)
            await pilot.press("right", "down")
        assert pilot.app.crash is None
        drawn = text(pilot, "#drawn").splitlines()
        assert len({len(line) for line in drawn}) == 1, "every lane is as wide as the others"


async def test_it_can_be_worn_in_every_look(opened: Opened) -> None:
    async with opened(LARGE, place="report") as pilot:
        for look in ("light", "contrast", "dark"):
            pilot.app.wear(look)
            await settled(pilot)
        commands: dict[str, Any] = {command.title: command for command in pilot.app.place.commands()}
        commands["Show time line"].run()
        await pilot.pause()
        assert pilot.app.screen.query_one("#lanes").has_focus
