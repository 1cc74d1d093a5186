import re
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

import simulator.parts.model_registry
from simulator.parts.model_registry.params import Bound, Gate, Model, ModelRegistryParams, Reviewer, Version
from simulator.parts.model_registry.tables import TABLES

README = Path(simulator.parts.model_registry.__file__).with_name("README.md").read_text("utf-8")
(EXAMPLE,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
GIVEN = yaml.safe_load(EXAMPLE)["site"]["models"]["with"]


def test_the_example_works_before_and_after_somebody_promotes() -> None:
    ModelRegistryParams.model_validate(GIVEN)
    ModelRegistryParams.model_validate(GIVEN | yaml.safe_load(EXAMPLE)["phases"][0]["set"]["models"])


def test_every_setting_and_table_is_explained() -> None:
    models = (ModelRegistryParams, Model, Version, Gate, Bound, Reviewer)
    for word in [name for model in models for name in model.model_fields] + [table.name for table in TABLES]:
        assert re.search(rf"[`{{ ]{word}\b", README), word


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"gates": {"king": {}}}, "gates.king: there is no alias 'king'"),
        ({"gates": {"champion": {"served": {"king": "1h sim"}}}}, "gates.champion: there is no alias 'king'"),
        ({"gates": {"champion": {"approvals": 2}}}, "2 approvals, and 1 reviewers"),
        ({"aliases": {"eta": {"champion": 3}}}, "there is no version 3 of 'eta'"),
        ({"aliases": {"eat": {"champion": 1}}}, "there is no version 1 of 'eat'"),
    ],
)
def test_what_leads_nowhere_is_told(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        ModelRegistryParams.model_validate(GIVEN | wrong)
