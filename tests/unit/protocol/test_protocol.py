"""What is written can be read again, by the schema too; what another version wrote is refused, and it is said why."""

import json
import subprocess
import sys
from datetime import datetime
from typing import Any, get_args

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from simulator.clock import Span
from simulator.protocol import base, control, events, live, schema
from simulator.protocol.base import VERSION, OtherVersion
from simulator.strain import Turns

TEXT, NUMBER = st.text(st.characters(exclude_categories=["Cs"])), st.integers(0, 10**9)
SECONDS = st.floats(0, 1e9, allow_nan=False)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1))
SPANS = st.lists(
    st.builds(Span, TEXT, SECONDS, SECONDS, MOMENTS, SECONDS, graded=st.booleans(), shift=st.booleans()), max_size=3
).map(tuple)
TURNS = st.none() | st.builds(Turns, SECONDS, SECONDS)
VALUES = {
    "timeline": SPANS, "sim": MOMENTS, "place": st.tuples(TEXT, NUMBER),
    "params": st.none() | st.dictionaries(TEXT, NUMBER),
    "processes": st.lists(TEXT).map(tuple), "names": st.lists(TEXT).map(tuple), "last_lines": st.lists(TEXT).map(tuple),
    "turns": st.tuples(TURNS, TURNS), "services": st.dictionaries(TEXT, TEXT), "left": st.none() | TEXT,
    **dict.fromkeys(("t", "at"), SECONDS), **dict.fromkeys(("lag_p99", "overdrawn"), st.none() | SECONDS),
    **dict.fromkeys(("seq", "lap", "active", "code"), NUMBER),
    **dict.fromkeys(("on", "out_of_memory", "unavailable", "disk_full"), st.booleans()),
}  # fmt: skip
"""What each field of an event may be; text, where none is said."""
KINDS = get_args(events.Event)
FIELDS = {kind: [name for name in kind.model_fields if name not in ("kind", "protocol")] for kind in KINDS}
EVENTS: st.SearchStrategy[events.Event] = st.one_of(
    [st.builds(kind, **{name: VALUES.get(name, TEXT) for name in names}) for kind, names in FIELDS.items()]
)
WRITTEN = jsonschema.Draft202012Validator(schema.events())


@given(EVENTS)
def test_an_event_that_is_written_is_read_again_and_fits_the_schema(event: events.Event) -> None:
    line = events.line(event)
    assert "\n" not in line
    assert events.read(line) == event
    WRITTEN.validate(json.loads(line))


def test_every_kind_of_event_has_a_name_of_its_own() -> None:
    assert len(KINDS) == len(events.KINDS) == 19


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_refuses_what_no_model_has(kind: type[events.EventBase]) -> None:
    told: Any = {"protocol": VERSION, "t": 0.0, "kind": kind.model_fields["kind"].default, "surprise": 1}
    assert not WRITTEN.is_valid(told)
    with pytest.raises(ValidationError):
        events.parse(told)


@pytest.mark.parametrize("found", [VERSION + 1, 0, None])
def test_who_meets_another_version_is_told_so_and_what_to_do(found: int | None) -> None:
    told = {"kind": "stopped", "t": 0.0} | ({} if found is None else {"protocol": found})
    for read in (events.parse, live.parse):
        with pytest.raises(OtherVersion, match=f"it speaks protocol {found or 0}, this one {VERSION}") as refused:
            read(told)
        assert "fdelab stop" in refused.value.remedy


@pytest.mark.parametrize("told", [[], "stopped", {"protocol": VERSION}, {"protocol": VERSION, "kind": "new"}])
def test_what_is_no_message_is_refused(told: Any) -> None:
    for read in (events.parse, live.parse):
        with pytest.raises(ValueError, match=r"object|no (event|live message) of kind"):
            read(told)


def test_the_field_tells_of_laps_alone() -> None:
    aborted = events.LapFailed(lap=1, at=2.0, reason="aborted")
    assert events.read_lap(events.line(aborted)) == aborted
    with pytest.raises(ValueError, match="the field tells of no stopped"):
        events.read_lap(events.line(events.Stopped()))


def test_a_line_that_no_encoding_has_is_passed_on_all_the_same() -> None:
    line = live.PrintedLine(number=1, at=0.0, stream="stdout", text="a\ud800b")
    told = live.line(live.LinesPrinted(service="api", lines=(line,), skipped=0))
    found = live.read(told)
    assert isinstance(found, live.LinesPrinted)
    assert found.lines[0].text == "a?b"


def test_parameters_of_a_fault_are_called_as_their_author_called_them() -> None:
    fault = live.LinkFault(kind="abort", params=503, share=0.5, struck=1)
    said = {"kind": "abort", "with": 503, "share": 0.5, "struck": 1}
    assert fault.model_dump(by_alias=True) == said | {"by_hand": False}
    assert live.LinkFault.model_validate(said) == fault


@pytest.mark.parametrize("part", schema.ALL)
def test_each_schema_is_one_and_is_printed(part: str) -> None:
    document = schema.ALL[part]()
    jsonschema.Draft202012Validator.check_schema(document)
    done = subprocess.run(
        [sys.executable, "-m", "simulator.protocol", part], capture_output=True, text=True, check=True
    )  # fmt: skip
    assert json.loads(done.stdout) == document


def test_every_model_of_a_call_is_in_the_schema() -> None:
    models = [one for one in vars(control).values() if isinstance(one, type) and issubclass(one, base.Model)]
    described = schema.calls()["$defs"]
    assert {model.__name__ for model in models} - {"Message", "Model"} <= described.keys()
