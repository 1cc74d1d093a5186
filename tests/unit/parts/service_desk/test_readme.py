import re
from pathlib import Path

import yaml

import simulator.parts.service_desk
from simulator.parts.service_desk.params import DeskParams, Handling
from simulator.parts.service_desk.tables import TABLES

README = Path(simulator.parts.service_desk.__file__).with_name("README.md").read_text("utf-8")
(EXAMPLE,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)


def test_the_example_works_before_and_after_its_shift() -> None:
    example = yaml.safe_load(EXAMPLE)
    given = example["site"]["desk"]["with"]
    DeskParams.model_validate(given)
    DeskParams.model_validate(given | example["phases"][0]["set"]["desk"])


def test_every_setting_and_table_is_explained() -> None:
    for word in [name for model in (DeskParams, Handling) for name in model.model_fields] + [t.name for t in TABLES]:
        assert re.search(rf"[`{{ ]{word}\b", README), word
