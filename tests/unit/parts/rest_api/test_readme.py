import re
from pathlib import Path

import yaml

import simulator.parts.rest_api
from simulator.parts.rest_api.params import Contract, Edits, Limit, Paging, Resource, RestParams, Writes
from simulator.parts.rest_api.tables import TABLES

README = Path(simulator.parts.rest_api.__file__).with_name("README.md").read_text("utf-8")
(EXAMPLE,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)


def test_the_example_works_before_and_after_its_shift() -> None:
    example = yaml.safe_load(EXAMPLE)
    given = example["site"]["crm"]["with"]
    RestParams.model_validate(given)
    RestParams.model_validate(given | example["phases"][0]["set"]["crm"])


def test_every_setting_and_table_is_explained() -> None:
    models = (RestParams, Resource, Edits, Contract, Paging, Limit, Writes)
    for word in [name for model in models for name in model.model_fields] + [table.name for table in TABLES]:
        assert re.search(rf"[`{{ ]{word}\b", README), word
