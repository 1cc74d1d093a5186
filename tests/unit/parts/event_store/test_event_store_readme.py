import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

import simulator.parts.event_store
from simulator.parts.event_store.params import EventStoreParams, Stream
from simulator.parts.event_store.streams import number
from simulator.parts.event_store.tables import TABLES

README = Path(simulator.parts.event_store.__file__).with_name("README.md").read_text("utf-8")
(EXAMPLE,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
GIVEN = yaml.safe_load(EXAMPLE)["site"]["events"]["with"]


def test_the_example_works_before_and_while_the_feed_is_down() -> None:
    EventStoreParams.model_validate(GIVEN)
    EventStoreParams.model_validate(GIVEN | yaml.safe_load(EXAMPLE)["phases"][0]["set"]["events"])


def test_every_setting_and_table_is_explained() -> None:
    for word in [*EventStoreParams.model_fields, *Stream.model_fields, *(table.name for table in TABLES)]:
        assert re.search(rf"[`{{ ]{word}\b", README), word


@pytest.mark.parametrize(
    ("stream", "held", "said"),
    [
        ({"data": "loans"}, [], "belong together"),
        ({"fields": ["id"]}, [], "say which, with `data`"),
        ({"data": "loans", "time": "at", "required": ["id"]}, [], "is the customer's"),
        ({}, ["others"], "there is no stream 'others'"),
        ({}, ["some"], "only a stream with `data` can stand still"),
    ],
)
def test_what_leads_nowhere_is_told(stream: dict[str, Any], held: list[str], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        EventStoreParams.model_validate({"streams": {"some": stream}, "held": held})


def test_what_is_a_number_in_the_evidence() -> None:
    assert [number(value) for value in (True, 3, 0.5, "0.5", None, float("nan"), 10**400)] == [
        1.0, 3.0, 0.5, None, None, None, None,
    ]  # fmt: skip
