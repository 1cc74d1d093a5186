"""Seeds are split by name, the same everywhere."""

import random
import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from simulator.seeds import child, rng


def test_a_child_is_the_same_in_another_process_with_another_hash_seed() -> None:
    code = "from simulator.seeds import child; print(child(7, 'site', 'erp'))"
    printed = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert printed == {f"{child(7, 'site', 'erp')}\n"}


@given(st.integers(), st.text(), st.text())
def test_names_are_parts_of_a_path_and_not_glued(seed: int, a: str, b: str) -> None:
    assert child(seed, a, b) != child(seed, a + b)
    assert child(seed, a) != child(seed + 1, a)


def test_drawing_does_not_touch_the_global_generator() -> None:
    before = random.getstate()
    rng(1, "x").random()
    assert random.getstate() == before
