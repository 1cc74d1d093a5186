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
