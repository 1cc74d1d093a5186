"""Small datasets for tests."""

from typing import Any

from scenarios.model import DatasetSpec
from simulator.dirt import Dataset, Datasets

SKUS: dict[str, Any] = {
    "rows": 50,
    "columns": {
        "id": {"sequence": "SKU-{:03d}"},
        "supplier": {"pick": {"S1": 3, "S2": 1, "S3": 1}},
        "pack": {"number": {"integer": {"from": 6, "to": 24}}},
    },
}
SCANS: dict[str, Any] = {
    "rows": 2000,
    "columns": {
        "id": {"sequence": {"start": 100}},
        "sku": {"ref": {"column": "skus.id", "skew": 1}},
        "supplier": {"lookup": {"column": "skus.supplier", "by": "sku", "on": "id"}},
        "clerk": {"fake": {"provider": "name", "locale": "de_DE", "pool": 40}},
        "at": {"time": {"spans": "30d"}},
        "quantity": {"number": {"lognormal": {"median": 20, "sigma": 0.6}, "decimals": 0, "min": 1}},
        "weight": {"formula": "quantity * 0.25"},
        "label": {"format": "{sku}/{supplier}"},
        "bulky": {"formula": "quantity > 40"},
    },
}


def datasets(seed: int = 7, **specs: dict[str, Any]) -> Datasets:
    """Datasets by name, as an author writes them."""
    return Datasets({name: DatasetSpec.model_validate(spec) for name, spec in specs.items()}, seed)


def scans(*dirt: dict[str, Any], seed: int = 7, **changed: Any) -> Dataset:
    """The scans with this dirt."""
    return datasets(seed, skus=SKUS, scans=SCANS | changed | {"dirt": list(dirt)})["scans"]


EVERYTHING: list[dict[str, Any]] = [
    {"wrong-unit": {"column": "quantity", "times": 12}, "share": "12%", "per": "sku", "where": 'supplier != "S1"'},
    {"missing": {"column": "quantity"}, "share": "4%", "by": "quantity"},
    {"typo": {"column": ["clerk", "label"]}, "share": "3%"},
    {"mojibake": {"column": "clerk"}, "share": "30%"},
    {"mixed-encoding": {"column": "clerk"}, "share": "30%"},
    {"outlier": {"column": "weight", "sds": 5}, "share": "1%"},
    {"separators": {"column": "weight"}, "where": 'supplier == "S3"'},
    {"local-time": {"column": "at", "zone": "Europe/Berlin"}, "where": 'supplier == "S2"'},
    {"date-format": {"column": "at"}, "share": "20%"},
    {"label-noise": {"column": "bulky"}, "share": "3%"},
    {"swapped": {"columns": ["sku", "supplier"]}, "share": "1%"},
    {"duplicate": {"column": "at", "from": "1s sim", "to": "90s sim"}, "share": "3%"},
    {"near-duplicate": {"column": ["clerk", "label"], "rekey": "id"}, "share": "3%"},
    {"late": {"column": "at", "from": "1h sim", "to": "2d sim"}, "share": "4%"},
    {"out-of-order": {}, "share": "5%"},
    {"schema-change": {"rename": {"clerk": "operator"}, "add": {"site": "B"}}, "where": 'at > "2026-03-20"'},
]


def whole(seed: int = 7) -> Datasets:
    """Articles, and scans with dirt of all kinds."""
    return datasets(seed, skus=SKUS, scans=SCANS | {"dirt": EVERYTHING})
