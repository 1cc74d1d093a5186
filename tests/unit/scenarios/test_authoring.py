"""What the page for authors says is so: its examples lint, and every key, column and kind of dirt is explained."""

import re
import shutil
from dataclasses import replace
from pathlib import Path
from textwrap import indent
from typing import Literal

import pytest

import simulator
from labs.library.vocabulary import vocabulary as installed
from scenarios.claims import BriefSpec, Cause, Claims, Day, Decision, Fact, Loss
from scenarios.loader import load
from scenarios.units import Simulated
from scenarios.variants import materialise
from scenarios.vocabulary import Params

PAGE = (Path(__file__).parents[3] / "docs" / "authoring.md").read_text("utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


class Erp(Params):
    sessions: int = 2
    token: Simulated = 1800.0
    writes: Literal["soap", "nightly-file"] = "soap"


class Nothing(Params):
    pass


@pytest.fixture
def example(write):
    return write(text=BLOCKS[0])


def test_the_example_lints(example, vocabulary):
    toy = replace(
        vocabulary, parts={"soap-erp": Erp}, workloads={"order-promising": Nothing}, target_problem=lambda *_: None
    )
    assert [phase.name for phase in load(example, toy).phases][-1] == "no-writes"


def test_the_example_lints_with_the_words_that_are_installed(example):
    assert load(example, installed()).id == "late-promises"


def test_the_example_of_datasets_lints(write):
    block = next(block for block in BLOCKS if block.startswith("datasets:"))
    file = write(text=BLOCKS[0].replace("site:\n", block + "site:\n", 1))
    assert [len(spec.dirt) for spec in load(file, installed()).datasets.values()] == [0, 3]


def test_the_example_of_drift_lints(write):
    drift = next(block for block in BLOCKS if block.lstrip().startswith("drift:"))
    columns = (
        "{id: {sequence: {}}, applied_at: {time: {spans: 90d}}, income: {number: {poisson: {mean: 9}}},"
        " defaulted: {outcome: {logistic: {bias: -1}}}}"
    )
    data = f"datasets:\n  loans:\n    rows: 10\n    columns: {columns}\n{drift}"
    assert len(load(write(text=BLOCKS[0].replace("site:\n", f"{data}site:\n", 1)), installed()).datasets) == 1


def test_the_example_of_a_brief_lints(write):
    block = next(block for block in BLOCKS if block.startswith("brief:"))
    file = write(text=BLOCKS[0].replace('"app/**"]', '"app/**", "brief.yaml"]', 1) + block)
    overlay, shortcut = file.parent / "incidents" / "2", file.parent / "shortcuts" / "longer-timeout"
    for folder in (overlay, shortcut):
        folder.mkdir(parents=True)
    (overlay / "app.py").write_text("PARSER = 'of Jonas'\n")
    (shortcut / "shortcut.yaml").write_text("says: Nobody waits a minute.\nfails: [answers]\n")
    assert load(file, installed()).brief.claims.decisions["read-as-sent"].mends == ["misread"]
    models = (BriefSpec, Claims, Loss, Cause, Day, Decision, Fact)
    assert all(f"{key}:" in block for model in models for key in model.model_fields)


@pytest.mark.parametrize("kind", sorted([*installed().columns, *installed().dirt]))
def test_every_kind_of_column_and_of_dirt_is_explained(kind):
    assert f"\n| `{kind}` | " in PAGE


def test_the_example_of_a_shortcut_can_be_made(example, tmp_path):
    folder = tmp_path / "shortcuts" / "longer-timeout"
    folder.mkdir(parents=True)
    (folder / "shortcut.yaml").write_text(next(block for block in BLOCKS if block.startswith("# shortcuts/")))
    (tmp_path / "workspace" / "app.py").write_text("TIMEOUT = 2\n")
    made = materialise(tmp_path, "shortcut:longer-timeout", tmp_path / "made")
    assert (made / "app.py").read_text() == "TIMEOUT = 60\n"
    shutil.rmtree(tmp_path / "shortcuts" / "patience")
    assert load(example, installed())


PARTS = Path(simulator.__file__).parent / "parts"
EXAMPLES = [
    block
    for page in sorted(PARTS.glob("*/README.md"))
    for block in re.findall(r"^```yaml\n(.*?)^```", page.read_text(), re.DOTALL | re.MULTILINE)
    if re.match(r"[a-z-]+:\n  part:", block)
]


@pytest.mark.parametrize("block", EXAMPLES)
def test_the_examples_of_parts_lint(block, write):
    data = next(block for block in BLOCKS if block.startswith("datasets:"))
    text = BLOCKS[0].replace("site:\n", f"{data}site:\n{indent(block, '  ')}", 1)
    folder = write(text=text)
    (folder.parent / "site").mkdir(exist_ok=True)
    (folder.parent / "site" / "schema.sql").touch()
    assert len(load(folder, installed()).site) == 2


def test_every_block_of_a_scenario_is_explained():
    from scenarios.model import Check, Phase, Scenario

    for model in (Scenario, Phase, Check):
        for name, field in model.model_fields.items():
            assert f"`{field.alias or name}`" in PAGE or f"`{field.alias or name}:" in PAGE, name
