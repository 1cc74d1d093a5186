"""What is wrong with data, one kind a file. `DIRT` lists them; packages add theirs by entry point."""

from typing import TYPE_CHECKING

from scenarios.vocabulary import Registry

if TYPE_CHECKING:
    from simulator.dirt.base import DirtKind

DIRT: "Registry[DirtKind]" = Registry(
    "kind of dirt",
    {
        "date-format": "simulator.dirt.kinds.date_format:DATE_FORMAT",
        "label-noise": "simulator.dirt.kinds.label_noise:LABEL_NOISE",
        "local-time": "simulator.dirt.kinds.local_time:LOCAL_TIME",
        "missing": "simulator.dirt.kinds.missing:MISSING",
        "mixed-encoding": "simulator.dirt.kinds.mixed_encoding:MIXED_ENCODING",
        "mojibake": "simulator.dirt.kinds.mojibake:MOJIBAKE",
        "outlier": "simulator.dirt.kinds.outlier:OUTLIER",
        "sentinel": "simulator.dirt.kinds.sentinel:SENTINEL",
        "separators": "simulator.dirt.kinds.separators:SEPARATORS",
        "swapped": "simulator.dirt.kinds.swapped:SWAPPED",
        "typo": "simulator.dirt.kinds.typo:TYPO",
        "wrong-unit": "simulator.dirt.kinds.wrong_unit:WRONG_UNIT",
        "duplicate": "simulator.dirt.kinds.duplicate:DUPLICATE",
        "late": "simulator.dirt.kinds.late:LATE",
        "near-duplicate": "simulator.dirt.kinds.near_duplicate:NEAR_DUPLICATE",
        "out-of-order": "simulator.dirt.kinds.out_of_order:OUT_OF_ORDER",
        "schema-change": "simulator.dirt.kinds.schema_change:SCHEMA_CHANGE",
    },
    group="fdelab.dirt",
)
"""Every kind of dirt that a scenario may name."""
