"""How columns are made, one kind a file. `COLUMNS` lists them; packages add theirs by entry point."""

from typing import TYPE_CHECKING

from scenarios.vocabulary import Registry

if TYPE_CHECKING:
    from simulator.dirt.base import ColumnKind

COLUMNS: "Registry[ColumnKind]" = Registry(
    "kind of column",
    {
        "fake": "simulator.dirt.columns.fake:FAKE",
        "format": "simulator.dirt.columns.format:FORMAT",
        "formula": "simulator.dirt.columns.formula:FORMULA",
        "later": "simulator.dirt.columns.later:LATER",
        "lookup": "simulator.dirt.columns.ref:LOOKUP",
        "number": "simulator.dirt.columns.number:NUMBER",
        "outcome": "simulator.dirt.columns.outcome:OUTCOME",
        "pick": "simulator.dirt.columns.pick:PICK",
        "ref": "simulator.dirt.columns.ref:REF",
        "sequence": "simulator.dirt.columns.sequence:SEQUENCE",
        "time": "simulator.dirt.columns.time:TIME",
    },
    group="fdelab.columns",
)
