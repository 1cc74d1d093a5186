"""What `make setup` says while it installs: the large files and the slow steps, and no line for the rest."""

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[3] / "tools" / "install.py"
MAKEFILE = TOOL.parents[1] / "Makefile"
PIP = """\
Collecting aiohttp>=3.9 (from fdelab==0.1.0)
  Downloading aiohttp-3.14.5-cp311-manylinux.whl.metadata (7.7 kB)
Collecting click>=8 (from fdelab==0.1.0)
  Using cached click-8.3.0-py3-none-any.whl (107 kB)
Collecting scipy>=1.14
  Downloading https://host/scipy-1.17.1-cp311-cp311-manylinux.whl (35.3 MB)
Requirement already satisfied: pip in ./lib
Installing collected packages: a, b, c
"""


def test_large_files_and_the_end_are_told_and_nothing_else() -> None:
    story = runpy.run_path(str(TOOL))["Story"]()
    told = [said for line in PIP.splitlines() if (said := story.hear(line)) is not None]
    assert told == ["fetching scipy-1.17.1, 35.3 MB (package 3)", "unpacking 3 packages"]
    assert story.end().startswith("took 0 s (35 MB fetched)")


def test_a_step_that_takes_long_is_named_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([0.0, 2.0, 2.0, 45.0, 60.0, 60.0, 60.0])
    monkeypatch.setattr("time.monotonic", lambda: next(times))
    story = runpy.run_path(str(TOOL))["Story"]()
    story.hear("  Downloading scipy-1.17.1-cp311.whl (35.3 MB)")
    assert story.sign() == "still fetching scipy-1.17.1, 35.3 MB (package 0): 0 s"
    story.hear("Installing collected packages: a")
    assert story.end() == (
        "took 60 s (35 MB fetched); slowest: fetching scipy-1.17.1, 35.3 MB 43 s, unpacking 1 packages 15 s, "
        "looking up what is needed 2 s"
    )


def test_what_pip_said_is_shown_where_it_fails_and_its_code_is_ours(tmp_path: Path) -> None:
    argv = [sys.executable, str(TOOL), sys.executable, "--no-index", str(tmp_path / "nothing")]
    done = subprocess.run(argv, capture_output=True, text=True)
    assert done.returncode == 1
    assert "nothing" in done.stderr
    assert "took" not in done.stdout


def test_a_checkout_below_a_folder_with_an_umlaut_is_found_in_the_locale_c(tmp_path: Path) -> None:
    """By the link that `make setup` writes: Python 3.11 and 3.12 read it in the locale's encoding."""
    checkout = tmp_path / "my lab ü"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", checkout / ".venv"], check=True)
    (checkout / "there.py").touch()
    (packages,) = checkout.glob(".venv/lib/python*/site-packages")
    (packages / "_editable_impl_fdelab.pth").write_text(f"{checkout}\n", "utf-8")
    (line,) = [one for one in MAKEFILE.read_text("utf-8").splitlines() if "_editable_impl_fdelab.pth" in one]
    subprocess.run(["sh", "-ec", line.strip().removeprefix("@").replace("$$", "$")], cwd=checkout, check=True)
    python = checkout / ".venv" / "bin" / "python"
    subprocess.run([python, "-c", "import there"], env={"LC_ALL": "C"}, cwd=tmp_path, check=True)
