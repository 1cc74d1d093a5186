from typing import Any

import pytest

from labs.library.catalogue import Entry
from labs.world.events import Message, describe, messages


@pytest.mark.parametrize(
    ("event", "text"),
    [
        ({"kind": "progress", "text": "building"}, "building"),
        ({"kind": "starting", "processes": ["site", "field"]}, "starting site, field"),
        ({"kind": "lap-started", "lap": 2, "timeline": [{"ends": 4.0}, {"ends": 57.6}]}, "lap 2 begins: 58 s at most"),
        ({"kind": "phase", "phase": "morning", "sim": "2026-03-02T08:00:00.1"}, "morning, 08:00 at the customer's"),
        ({"kind": "message", "sender": "lena", "text": "Help"}, "Lena Brandt (Head of Sales): Help"),
        ({"kind": "restarted", "service": "api", "code": 3}, "api ended with exit code 3; started again"),
        ({"kind": "restarted", "service": "api", "code": 137, "out_of_memory": True},
         "api ran out of memory; started again"),
        ({"kind": "deployment-failed", "service": "api", "reason": "ended with exit code 1"},
         "api did not start: it ended with exit code 1"),
        ({"kind": "failed", "reason": "the engine went away"}, "the engine went away"),
        ({"kind": "stopped"}, None),
        ({"kind": "something new"}, None),
    ],
)  # fmt: skip
def test_events_in_words(entry: Entry, event: dict[str, Any], text: str | None) -> None:
    assert describe(event, entry.scenario) == text


def test_what_people_wrote_is_said_once(entry: Entry) -> None:
    help_ = {"kind": "message", "sender": "lena", "text": "Help"}
    events = [help_, {"kind": "lap-started"}, help_, {"kind": "message", "sender": "it", "text": "No"}]
    expected = [Message("lena", "Lena Brandt (Head of Sales)", "Help"), Message("it", "it", "No")]
    assert messages(events, entry.scenario) == expected
