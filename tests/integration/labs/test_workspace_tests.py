"""The workspace's own tests where the deployment is held: in a box and in containers."""

from pathlib import Path

import pytest

from tests import toys
from tests.functional.labs.test_workspace_tests import GOOD, SERVICE, check, rows, scenario

pytestmark = pytest.mark.docker

NOSY = """
import socket

import pytest

def test_nobody_is_there():
    with pytest.raises(OSError):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
"""


@pytest.mark.parametrize("runtime", ["box", "docker"])
def test_they_run_as_the_deployment_does(runtime: str, tmp_path: Path) -> None:
    files = SERVICE | {"tests/test_toy.py": GOOD, "tests/test_nosy.py": NOSY}
    sat = toys.examine(scenario(tmp_path / "toy"), files, runtime, tmp_path)
    assert sat.report.get("checks"), sat.told
    names = ("test_nosy.py::test_nobody_is_there", "test_toy.py::test_one", "test_toy.py::test_two")
    assert rows(sat) == [(f"tests/{name}", "passed") for name in names], sat.rows("tests")
    assert (check(sat)["verdict"], check(sat)["reason"]) == ("pass", "3 of 3 tests pass")
