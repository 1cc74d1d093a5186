import re
from pathlib import Path

import duckdb
import yaml

import simulator.parts.llm
from simulator.parts.llm.params import LlmParams
from simulator.parts.llm.script import Condition, Flaw, Kind, Rule
from simulator.parts.llm.tables import TABLES

README = Path(simulator.parts.llm.__file__).with_name("README.md").read_text("utf-8")
(EXAMPLE,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
(QUESTIONS,) = re.findall(r"```sql\n(.*?)```", README, re.DOTALL)


def test_the_example_is_a_script_that_works() -> None:
    params = LlmParams.model_validate(yaml.safe_load(EXAMPLE)["site"]["llm"]["with"])
    assert [flaw.title for flaw in params.flaws][2] == "flattened-table"


def test_every_word_of_the_script_is_explained() -> None:
    words = [name for model in (LlmParams, Rule, Flaw, Condition) for name in model.model_fields]
    kinds = Kind.__args__  # type: ignore[attr-defined]
    for word in (*words, *kinds):
        assert re.search(rf"[`{{ ]{word.rstrip('_')}\b", README), word


def test_the_questions_can_be_asked() -> None:
    with duckdb.connect() as database:
        for table in TABLES:
            columns = ", ".join(f'"{column.name}" {column.type}' for column in table.columns)
            database.sql(f"create table {table.name} ({columns})")
        asked = [line for line in QUESTIONS.splitlines() if not line.startswith("--")]
        assert [len(database.sql(question).fetchall()) for question in asked] == [1, 1, 1]
