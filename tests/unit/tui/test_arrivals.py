"""Coming into a place, however often and whenever: it is furnished once, and shows one engagement's state, or none."""

from pathlib import Path
from typing import Any

import pytest
from textual.events import ScreenResume
from textual.message import Message

from labs.engagement.engagement import Engagement
from labs.tui import place
from labs.tui.answers import Answer
from labs.tui.app import Fdelab
from labs.tui.briefing.facts import Facts
from labs.tui.briefing.letter import Letter
from labs.tui.console.checks import Checks
from labs.tui.console.clock import LapClock
from labs.tui.console.inbox import Inbox
from labs.tui.console.logs import Logs
from labs.tui.console.money import Ticker
from labs.tui.console.place import Console
from labs.tui.console.traffic import Traffic
from labs.tui.memory import Memory
from labs.tui.places import PLACES
from labs.world.live.model import Happened
from simulator.protocol.events import MessageSent
from tests.unit.tui import desks
from tests.unit.tui.conftest import settled
from tests.unit.tui.consoles import shown
from tests.unit.tui.fakes import Fake
from tests.unit.tui.pilots import text, until

NAMES = [one.name for one in PLACES]
MINE, NEXT = (Engagement(Path(f"/home/kim/{name}"), name, 1) for name in ("promise-dates", "phantom-stock"))


def app(fake: Fake, where: str, engagement: Engagement | None = None, **remembered: str) -> Any:
    """The app in a place; not by its type, which the fixtures' messages know nothing of."""
    made = Fdelab(fake, Memory(place=where, **remembered))
    if engagement is not None:
        made.set_reactive(Fdelab.engagement, engagement)
    return made


LATER = 3600.0
"""Seconds: never, unless somebody is let in."""


async def let_in(pilot: Any) -> None:
    """The first paint of all places that wait for it is over."""
    await pilot.pause()
    for stack in pilot.app._screen_stacks.values():
        for one in stack:
            if getattr(one, "_arrival", None) is not None:
                one._arrival.stop()
                one.call_later(one._arrive)


@pytest.mark.parametrize("name", NAMES)
async def test_whatever_arrives_before_it_is_furnished_arrives_once(
    name: str, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    paint = place.PAINT
    monkeypatch.setattr(place, "PAINT", LATER)
    made = app(fake, name, MINE, scenario="promise-dates")
    async with made.run_test(size=(80, 24)) as pilot:
        here = made.place
        assert not here._furnished, "all of this comes before it is"
        arrivals: list[str] = []
        really = here.arrive

        def arrive() -> None:
            arrivals.append(name)
            really()

        monkeypatch.setattr(here, "arrive", arrive)
        for _ in range(3):
            here.post_message(ScreenResume())
            here.arrive()
            here.again()
        await pilot.press("ctrl+r", "ctrl+r")
        for other in NAMES:
            made.go(other)
            made.go(name)
        made.engagement = NEXT
        made.examined = Path("/another")
        arrivals.clear()
        monkeypatch.setattr(place, "PAINT", paint)
        await let_in(pilot)
        await settled(pilot)
        assert arrivals == [name], "however many have come"
        assert here._furnished
        assert made.crash is None
        if name == "catalogue":
            assert made.screen.query_one("#shelf").row_count == 5


async def test_what_is_typed_before_the_list_is_there_filters_it(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    paint = place.PAINT
    monkeypatch.setattr(place, "PAINT", LATER)
    made = app(fake, "catalogue")
    async with made.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"norde")
        assert not made.screen.query("#shelf")
        monkeypatch.setattr(place, "PAINT", paint)
        await let_in(pilot)
        await settled(pilot)
        assert [one.name for one in made.screen.query_one("#shelf").listed] == ["phantom-stock"]


def _handlers(of: type) -> list[tuple[str, type[Message], Any]]:
    own = [(name, value) for kind in of.__mro__ for name, value in vars(kind).items()]
    return [(name, kind, value) for name, value in own for kind, _ in getattr(value, "_textual_on", ())]


UNGATED = {"_over_exam", "_no_verdict", "_told_where"}
"""The exam's window waits for its end, whatever is open by then; the coach compares what it is about by itself."""


@pytest.mark.parametrize("entrance", PLACES, ids=lambda one: one.name)
def test_each_answer_is_dropped_when_it_is_about_what_is_not_shown_any_more(entrance: Any) -> None:
    found = [(name, value) for name, kind, value in _handlers(type(entrance.open())) if issubclass(kind, Answer)]
    assert found
    loose = {name for name, value in found if not value.__qualname__.startswith("heeds.")}
    assert loose <= UNGATED


async def _settle_in(pilot: Any, fake: Fake) -> Console:
    """In the console of an engagement in full swing."""
    console: Console = pilot.app.screen
    await until(pilot, lambda: console.desk is not None)
    await shown(pilot, fake.at)
    await until(pilot, lambda: console.query_one(Logs).tail.shown)
    assert console.query_one(Inbox).letters
    return console


def _empty(console: Console) -> bool:
    logs, checks, inbox = console.query_one(Logs), console.query_one(Checks), console.query_one(Inbox)
    numbers = str(console.query_one(Traffic).content) + str(console.query_one(Ticker).content)
    left = logs.tail.shown or logs.tail._all or checks.report or checks.nudges or inbox.letters
    return not left and "·" in numbers and "nothing is booked yet" in numbers and "%" not in numbers


async def test_the_next_engagement_begins_with_nothing_of_the_one_before(fake: Fake) -> None:
    fake.desks["phantom-stock"] = desks.FakeDesk()
    made = app(fake, "console", MINE)
    async with made.run_test(size=(160, 50)) as pilot:
        console = await _settle_in(pilot, fake)
        console.query_one(Checks).remember({"serves": "Look closer."})
        made.open(NEXT)
        assert _empty(console), "at once, not when something of the next one comes"
        assert "looking for the world of phantom-stock" in str(console.query_one(LapClock).content)
        await until(pilot, lambda: console.desk is fake.desks["phantom-stock"])
        assert _empty(console)
        made.open(None)
        assert _empty(console)
        assert "No engagement is open" in text(pilot, "#gone")


async def test_late_answers_of_the_engagement_before_are_dropped(fake: Fake) -> None:
    fake.desks["phantom-stock"] = desks.FakeDesk()
    made = app(fake, "console", MINE)
    async with made.run_test(size=(160, 50)) as pilot:
        console = await _settle_in(pilot, fake)
        fake.at.hold.clear()
        fake.at.wishes.clear()
        await pilot.press("r", "c")
        await until(pilot, lambda: {"redeploy", "judge"} <= set(fake.at.wishes))
        made._notifications.clear()
        for told in (
            desks.snapshot(),
            desks.lines(200, 9),
            Happened(MessageSent(lap=1, at=0.0, sender="lena", text="!")),
        ):
            fake.at.told.put_nowait(told)
        made.open(NEXT)
        fake.at.hold.set()
        await settled(pilot)
        assert console.desk is fake.desks["phantom-stock"]
        assert _empty(console)
        assert not [note.message for note in made._notifications]
        await pilot.press("r")
        await until(pilot, lambda: "redeploy" in fake.desks["phantom-stock"].wishes)


async def test_while_it_is_not_known_what_was_open_it_is_looked_for(fake: Fake) -> None:
    fake.engagement = MINE
    fake.known.clear()
    made = app(fake, "console")
    async with made.run_test(size=(80, 24)) as pilot:
        assert "◐ Looking for the engagement that was open …" in text(pilot, "#gone"), "from the first paint on"
        fake.known.set()
        await until(pilot, lambda: made.screen.desk is not None)
        assert not made.screen.has_class("-gone")
        assert "looking for the world of promise-dates" in text(pilot, "#clock")


async def test_a_briefing_that_is_read_stands_under_nobody_elses_name(fake: Fake) -> None:
    made = app(fake, "briefing", scenario="promise-dates")
    async with made.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        letter, facts = made.screen.query_one(Letter), made.screen.query_one(Facts)
        assert letter.border_title == "Halden Werkzeug writes"
        made.go("catalogue")
        fake.known.clear()
        made.choose("phantom-stock")
        made.go("briefing")
        await pilot.pause()
        assert letter.border_title == "Briefing"
        assert text(pilot, "#instead") == "Reading the briefing of phantom-stock …"
        assert not letter.query_one("Markdown").display
        assert not [child for child in facts.children if child.display]
        assert made.screen.query_one("#launch").disabled
        await until(pilot, lambda: any(worker.group == "briefing" for worker in made.workers))
        made.go("catalogue")
        made.choose("queue-of-doom")
        made.go("briefing")
        await pilot.pause()
        fake.known.set()
        await settled(pilot)
        assert letter.border_title == "Águas do Tejo writes"
        assert letter.query_one("Markdown").display
        assert made.screen.told.entry.name == "queue-of-doom"


async def test_a_report_that_is_read_takes_the_place_of_the_one_before(fake: Fake) -> None:
    made = app(fake, "report")
    async with made.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert made.screen.query_one("#head").display
        fake.known.clear()
        made.look_at(Path("/evidence"))
        await pilot.pause()
        assert "◐ Reading the report …" in text(pilot, "#gone")
        assert made.screen.has_class("-gone")
        assert not made.screen.query_one("#head").region
        fake.known.set()
        await settled(pilot)
        assert made.screen.review.evidence == Path("/evidence")
        assert not made.screen.has_class("-gone")
