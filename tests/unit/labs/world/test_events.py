from datetime import datetime

import pytest

from labs.library.catalogue import Entry
from labs.world.events import Message, describe, messages
from simulator.clock import Span
from simulator.protocol import events as protocol

SPANS = (
    Span("warm-up", 0.0, 4.0, datetime(2026, 3, 2), 1.0, graded=False, shift=False),
    Span("drain", 4.0, 57.6, datetime(2026, 3, 2), 1.0, graded=False, shift=False),
)
HELP = protocol.MessageSent(lap=1, at=0.0, sender="lena", text="Help")


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (protocol.Progress(text="building"), "building"),
        (protocol.Starting(processes=("site", "field"), runtime="local"), "starting site, field"),
        (protocol.LapStarted(lap=2, at=0.0, timeline=SPANS), "lap 2 begins: 58 s at most"),
        (protocol.PhaseBegan(lap=2, at=0.0, phase="morning", sim=datetime(2026, 3, 2, 8, 0, 0, 1000)),
         "morning, 08:00 at the customer's"),
        (HELP, "Lena Brandt (Head of Sales): Help"),
        (protocol.Restarted(service="api", code=3, out_of_memory=False), "api ended with exit code 3; started again"),
        (protocol.Restarted(service="api", code=137, out_of_memory=True), "api ran out of memory; started again"),
        (protocol.DeploymentFailed(service="api", reason="ended with exit code 1", last_lines=()),
         "api did not start: it ended with exit code 1"),
        (protocol.Failed(reason="the engine went away"), "the engine went away"),
        (protocol.LapFailed(lap=2, at=0.0, reason="aborted"), "aborted"),
        (protocol.Stopped(), None),
        (protocol.Waiting(names=("site",)), None),
    ],
)  # fmt: skip
def test_events_in_words(entry: Entry, event: protocol.Event, text: str | None) -> None:
    assert describe(event, entry.scenario) == text


def test_what_people_wrote_is_said_once(entry: Entry) -> None:
    started = protocol.LapStarted(lap=1, at=0.0, timeline=())
    events: list[protocol.Event] = [HELP, started, HELP, protocol.MessageSent(lap=1, at=0.0, sender="it", text="No")]
    expected = [Message("lena", "Lena Brandt (Head of Sales)", "Help"), Message("it", "it", "No")]
    assert messages(events, entry.scenario) == expected
