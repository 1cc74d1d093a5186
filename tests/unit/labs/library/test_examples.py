"""Examples of words are lines of scenarios that lint, as their authors wrote them."""

import pytest
import yaml

from labs.library.catalogue import find
from labs.library.examples import example
from labs.library.reference import words
from scenarios.folder import SCENARIO
from scenarios.variants import TEMPLATE

USED = [("part", "soap-erp"), ("workload", "shop-orders"), ("fault", "abort"), ("measure", "auc"),
        ("column", "sequence"), ("dirt", "missing")]  # fmt: skip


@pytest.mark.parametrize(("kind", "name"), USED)
def test_it_is_there_word_for_word_at_its_line(kind: str, name: str) -> None:
    found = example(kind, name)
    assert found is not None
    folder = TEMPLATE if found.scenario == TEMPLATE.name else find(found.scenario).folder
    lines = (folder / SCENARIO).read_text("utf-8").splitlines()[found.line - 1 :]
    assert [line.strip() for line in found.text.splitlines()] == [
        line.strip() for line in lines[: len(found.text.splitlines())]
    ]
    assert name in found.text
    assert isinstance(yaml.safe_load(found.text), dict | list)


def test_a_word_that_no_scenario_uses_has_none() -> None:
    assert example("part", "no-such-part") is None


def test_most_words_have_one() -> None:
    kinds = [word for word in words() if word["kind"] != "table"]
    used = [word for word in kinds if example(word["kind"], word["name"]) is not None]
    assert len(used) > len(kinds) // 3
