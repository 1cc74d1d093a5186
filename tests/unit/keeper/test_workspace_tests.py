"""What becomes of what pytest prints."""

import pytest

from simulator.keeper.workspace_tests import outcome
from simulator.runtime.base import Exit

SAID = """\
..F.E                                                                    [100%]
==================================== PASSES ====================================
PASSED tests/test_lie.py::test_in_captured_output
=========================== short test summary info ============================
PASSED tests/test_a.py::test_one
PASSED tests/test_a.py::test_two[12.50-a - b]
SKIPPED [1] tests/test_a.py:9: not here
XFAIL tests/test_a.py::test_known - bug 7
FAILED tests/test_b.py::test_sum - assert (1 + 1) == 3
ERROR tests/test_c.py - ModuleNotFoundError: No module named 'app.gone'
1 failed, 2 passed, 1 skipped, 1 xfailed, 1 error in 0.05s
""".splitlines()


def test_each_test_is_a_row_with_why_it_did_not_pass() -> None:
    rows = outcome(SAID, Exit(1))
    assert [(row["name"], row["outcome"], row["detail"]) for row in rows] == [
        ("tests/test_a.py::test_one", "passed", None),
        ("tests/test_a.py::test_two[12.50-a - b]", "passed", None),
        ("tests/test_a.py:9", "skipped", "not here"),
        ("tests/test_a.py::test_known", "skipped", "bug 7"),
        ("tests/test_b.py::test_sum", "failed", "assert (1 + 1) == 3"),
        ("tests/test_c.py", "error", "ModuleNotFoundError: No module named 'app.gone'"),
    ]


@pytest.mark.parametrize(
    ("ended", "says"),
    [
        (Exit(5), "there are no tests"),
        (Exit(4), "pytest could not be used: is its folder there?"),
        (Exit(137), "pytest ended with exit code 137"),
        (Exit(0), "pytest ended with exit code 0"),
        ("took longer than 20 s", "took longer than 20 s"),
    ],
)
def test_where_no_test_said_anything_pytest_has_a_row(ended: Exit | str, says: str) -> None:
    assert outcome([], ended) == [{"name": "pytest", "outcome": "error", "detail": says}]


def test_tests_that_were_ended_do_not_pass_for_what_they_had_said() -> None:
    assert outcome(SAID, "ran out of memory")[-1] == {
        "name": "pytest", "outcome": "error", "detail": "ran out of memory",
    }  # fmt: skip
