"""A lap as a picture in the terminal: phases against wall and simulated time, rates of traffic, faults."""

from collections.abc import Iterable, Sequence
from datetime import date

from labs.library.glance import Glance, Strike

GRADED, UNGRADED, ON, SHIFT = "━", "┄", "█", "◆"
LEGEND = f"{GRADED} graded   {UNGRADED} not graded   {SHIFT} the requirement changes   {ON} a fault is on"
_LEAST, _MOST, _LABEL = 40, 140, 22
"""Columns of the picture, beside its labels: fewest and most; most of the labels."""


def picture(lap: Glance, room: int) -> list[str]:
    """Return the lines of a picture that is `room` columns wide."""
    rows = [("phase", _phases), ("wall", _wall), ("customer's", _simulated), ("date", _dates)]
    strikes = _merged(lap.strikes)
    labels = [name for name, _ in rows] + [*lap.traffic, *strikes] + (["writes"] if lap.messages else [])
    label = min(max(map(len, labels)), _LABEL) + 2
    width = max(_LEAST, min(room - label, _MOST))
    scale = width / lap.ends
    drawn = [(name, make(lap, width, scale)) for name, make in rows]
    drawn += [(flow, _rates(lap, flow, width, scale)) for flow in lap.traffic]
    drawn += [(name, _on(spans, width, scale)) for name, spans in strikes.items()]
    if lap.messages:
        begins = (
            (span.begins, f"{lap.messages[span.name]}") for span in lap.timeline.spans if span.name in lap.messages
        )
        drawn.append(("writes", _marked(begins, width, scale)))
    return [f"{name[: label - 2]:<{label}}{line}".rstrip() for name, line in drawn]


def _marked(marks: Iterable[tuple[float, str]], width: int, scale: float) -> str:
    """Return a line with texts where they begin; one that would run into the next, or off the end, is cut."""
    line = [" "] * width
    found = [(min(int(at * scale), width - 1), text) for at, text in marks]
    for index, (column, text) in enumerate(found):
        ends = found[index + 1][0] - 1 if index + 1 < len(found) else width
        for offset, character in enumerate(text[: max(ends - column, 0)]):
            line[column + offset] = character
    return "".join(line)


def _phases(lap: Glance, width: int, scale: float) -> str:
    line = ""
    for span in lap.timeline.spans:
        begins, ends = round(span.begins * scale), round(span.ends * scale)
        named = f"{SHIFT * span.shift}{span.name}"[: max(ends - begins - 1, 0)]
        line += named + (GRADED if span.graded else UNGRADED) * (ends - begins - len(named))
    return line[:width]


def _wall(lap: Glance, width: int, scale: float) -> str:
    return _marked(((span.begins, f"{span.begins:g} s") for span in lap.timeline.spans), width, scale)


def _simulated(lap: Glance, width: int, scale: float) -> str:
    return _marked(((span.begins, f"{span.sim_begins:%H:%M}") for span in lap.timeline.spans), width, scale)


def _dates(lap: Glance, width: int, scale: float) -> str:
    """Return the date where it is another than before."""
    marks: list[tuple[float, str]] = []
    before: date | None = None
    for span in lap.timeline.spans:
        if span.sim_begins.date() != before:
            marks.append((span.begins, f"{span.sim_begins.day} {span.sim_begins:%b}"))
        before = span.sim_begins.date()
    return _marked(marks, width, scale)


def _rates(lap: Glance, flow: str, width: int, scale: float) -> str:
    """Return the rate where it changes."""
    marks: list[tuple[float, str]] = []
    before: float | None = None
    for span in lap.timeline.spans:
        rate = lap.traffic[flow].get(span.name, 0.0)
        if rate != before:
            marks.append((span.begins, f"{rate:g}/s"))
        before = rate
    return _marked(marks, width, scale)


def _merged(strikes: Sequence[Strike]) -> dict[str, list[tuple[float, float]]]:
    """All times at which one kind of fault strikes one target, by a name for both."""
    found: dict[str, list[tuple[float, float]]] = {}
    for strike in strikes:
        found.setdefault(f"{strike.kind} {strike.target}", []).extend(strike.spans)
    return found


def _on(spans: Iterable[tuple[float, float]], width: int, scale: float) -> str:
    line = [" "] * width
    for begins, ends in spans:
        first = min(int(begins * scale), width - 1)
        # However short it is, it is seen.
        for column in range(first, max(first + 1, min(round(ends * scale), width))):
            line[column] = ON
    return "".join(line)
