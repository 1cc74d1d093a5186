"""The same seed gives the same bytes in any process, with any hash seed, on processors with and without wide vectors.

The last is what makes two machines differ: NumPy's `exp` and `log` have other last bits with AVX2 or AVX-512.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.xdist_group("same-bytes")

ROOT = Path(__file__).parents[3]
PROGRAM = """
import hashlib, pickle
from tests.unit.dirt.data import whole
for name, dataset in whole().items():
    rows = list(dataset.records())
    clean = {name: values.tolist() for name, values in dataset.clean.items()}
    print(name, hashlib.sha256(pickle.dumps([repr(rows), repr(clean), repr(list(dataset.ledger))])).hexdigest())
"""


def _run(**env: str) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHONHASHSEED", "NPY_"))}
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, env=clean | env, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _wide() -> str:
    """The vector instructions that NumPy uses here beyond its baseline."""
    found: Any = np.show_config(mode="dicts")
    return " ".join(found["SIMD Extensions"].get("found", []))


@pytest.fixture(scope="module")
def expected() -> str:
    return _run(PYTHONHASHSEED="0")


@pytest.mark.parametrize(
    "env", [{"PYTHONHASHSEED": "1"}, {"PYTHONHASHSEED": "4711", "NPY_DISABLE_CPU_FEATURES": _wide()}]
)
def test_the_same_seed_gives_the_same_bytes(expected: str, env: dict[str, str]) -> None:
    assert len(expected.splitlines()) == 2
    assert _run(**env) == expected
